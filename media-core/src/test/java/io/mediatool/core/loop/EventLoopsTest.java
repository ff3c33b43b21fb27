package io.mediatool.core.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mediatool.core.loop.EventLoops.Engine;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class EventLoopsTest {
    @Test
    @EnabledOnOs(OS.LINUX)
    void whoOnlyReceivesGetsTheEngineForThisKernelsBuffers() throws IOException {
        byte[] text = new byte[64];
        int length;
        try (InputStream limit = Files.newInputStream(Path.of("/proc/sys/net/core/rmem_max"))) {
            length = limit.read(text);
        }
        long bytes = Long.parseLong(new String(text, 0, length, StandardCharsets.US_ASCII).strip());
        assertEquals(
                bytes >= EventLoop.GATHER_BUFFER_BYTES ? Engine.NIO : EventLoops.engine(),
                EventLoops.receivingEngine());
    }
}
