package io.mediatool.core.loop;

final class NioEventLoopTest extends EventLoopContract {
    @Override
    LoopDriver open() {
        return LoopDriver.real(EventLoops.Engine.NIO);
    }
}
