package io.mediatool.core.loop;

import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(OS.LINUX)
final class EpollUdpSocketTest extends RealUdpSocketContract {
    @Override
    LoopDriver open() {
        return LoopDriver.real(EventLoops.Engine.EPOLL);
    }
}
