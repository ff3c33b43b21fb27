package io.mediatool.core.loop;

final class VirtualUdpSocketTest extends UdpSocketContract {
    @Override
    LoopDriver open() {
        return LoopDriver.virtual();
    }
}
