package io.mediatool.core.loop;

final class VirtualEventLoopTest extends EventLoopContract {
    @Override
    LoopDriver open() {
        return LoopDriver.virtual();
    }
}
