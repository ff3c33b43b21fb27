package io.mediatool.core.loop;

final class NioUdpSocketTest extends RealUdpSocketContract {
    @Override
    LoopDriver open() {
        return LoopDriver.real(EventLoops.Engine.NIO);
    }
}
