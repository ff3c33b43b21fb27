package io.mediatool.core.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mediatool.core.loop.EventLoops.Engine;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class EventLoopsTest {
    private static final long WORK_NS = 20_000_000;
    private static final long WAIT_NS = 200_000_000;

    @Test
    @EnabledOnOs(OS.LINUX)
    void whoOnlyReceivesGetsTheEngineForThisKernelsBuffers() throws IOException {
        byte[] text = new byte[64];
        int length;
        try (InputStream limit = Files.newInputStream(Path.of("/proc/sys/net/core/rmem_max"))) {
            length = limit.read(text);
        }
        long bytes = Long.parseLong(new String(text, 0, length, StandardCharsets.US_ASCII).strip());
        boolean granted;
        try (EventLoop loop = EventLoops.open("asking", bug -> {}, Engine.EPOLL);
                UdpSocket socket = loop.bind(
                        UdpBinding.of(new InetSocketAddress("127.0.0.1", 0)),
                        (data, offset, size, remote, nowNs) -> {})) {
            granted = socket.receiveBufferBytes() >= EventLoop.GATHER_BUFFER_BYTES;
        }
        boolean large = bytes >= EventLoop.GATHER_BUFFER_BYTES;
        assertEquals(!large && granted ? EventLoops.engine() : Engine.NIO, EventLoops.receivingEngine());
    }

    @Test
    void aBufferHasRoomForItsPartOfAWindow() {
        assertEquals(80_000_000, EventLoop.gatherNs(80_000_000, 4 << 20));
        assertEquals(80_000_000, EventLoop.gatherNs(80_000_000, 2 << 20));
        assertEquals(40_000_000, EventLoop.gatherNs(80_000_000, 1 << 20));
        assertEquals(8_125_000, EventLoop.gatherNs(80_000_000, 212_992), "Debian's default");
        assertEquals(0, EventLoop.gatherNs(40_000_000, 64 << 10));
        assertEquals(0, EventLoop.gatherNs(0, 4 << 20));
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    @EnabledOnOs(OS.LINUX)
    void workIsCountedAndWaitingIsNot(Engine engine) throws Exception {
        try (LoopDriver driver = LoopDriver.real(engine)) {
            long beganNs = System.nanoTime();
            driver.on(() -> {
                for (long now = System.nanoTime(); System.nanoTime() - now < WORK_NS; ) {
                    Thread.onSpinWait();
                }
                return null;
            });
            driver.on(() -> null); // a turn later
            long busyNs = driver.loop.busyNs();
            assertTrue(busyNs >= WORK_NS, "busy for " + busyNs);
            driver.until("some time has passed", () -> System.nanoTime() - beganNs >= WORK_NS + WAIT_NS);
            long inAllNs = driver.loop.busyNs();
            assertTrue(inAllNs <= System.nanoTime() - beganNs - WAIT_NS / 2, "busy for " + inAllNs);
        }
    }
}
