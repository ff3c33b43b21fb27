package io.mediatool.core.mp4;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file that one process writes, and another that would repair it: POSIX locks are a process's, not a channel's. */
final class RecordingLockTest {
    @TempDir
    Path directory;

    /** The other process: answers what came of it on standard output. */
    static final class Other {
        private Other() {}

        public static void main(String[] arguments) throws IOException {
            Path path = Path.of(arguments[1]);
            try (Mp4File file = arguments[0].equals("edit") ? Mp4File.edit(path) : Mp4File.create(path, true)) {
                System.out.write(("has it: " + file.size()).getBytes(StandardCharsets.UTF_8));
            } catch (IOException e) {
                System.out.write(String.valueOf(e.getMessage()).getBytes(StandardCharsets.UTF_8));
            }
            System.out.flush();
        }
    }

    private static String other(String what, Path file) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        placeOf(Mp4File.class) + File.pathSeparator + placeOf(Other.class),
                        Other.class.getName(),
                        what,
                        file.toString())
                .redirectErrorStream(true)
                .start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(process.waitFor(30, TimeUnit.SECONDS), out);
        return out.lines().reduce((before, last) -> last).orElse("");
    }

    private static Path placeOf(Class<?> type) {
        try {
            return Path.of(
                    type.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void whatIsReadMeanwhileIsNobodyElses() throws IOException, InterruptedException {
        Path path = directory.resolve("talk.mp4");
        try (Mp4File recorded = Mp4File.create(path, false)) {
            recorded.write(0, ByteBuffer.wrap(new byte[100]));
            assertEquals(path + ": is being recorded now", other("create", path));
            Files.readAllBytes(path);
            Mp4File.open(path).close();
            assertEquals(path + ": is being recorded now", other("edit", path));
            IOException here = assertThrows(IOException.class, () -> Mp4File.edit(path));
            assertTrue(String.valueOf(here.getMessage()).endsWith("is being recorded now"), here.getMessage());
            assertEquals(path + ": is being recorded now", other("edit", path), "asking has not let go of it");
            assertEquals(100, recorded.size());
        }
        assertEquals("has it: 100", other("edit", path));
        try (var left = Files.list(directory)) {
            assertEquals(1, left.count(), "nothing is left beside it");
        }
    }

    /** A crash leaves the hidden file; repairing takes it away. */
    @Test
    void aCrashLeavesNoLock() throws IOException {
        Path path = Files.write(directory.resolve("talk.mp4"), new byte[100]);
        Path beside = Files.createFile(RecordingLock.pathOf(path));
        try (Mp4File file = Mp4File.edit(path)) {
            assertEquals(100, file.size());
        }
        assertFalse(Files.exists(beside));
    }

    /** Nothing but the directory's rights is in the way: it is written all the same. */
    @Test
    void whereNoLockCanBeThereIsNone() throws IOException {
        Path path = directory.resolve("talk.mp4");
        Files.createDirectory(RecordingLock.pathOf(path));
        try (Mp4File file = Mp4File.create(path, false)) {
            file.write(0, ByteBuffer.wrap(new byte[10]));
            assertEquals(10, file.size());
        }
    }
}
