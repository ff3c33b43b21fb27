package io.mediatool.cli.street;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What goes on in rooms from the start of a server; killed in the middle, started again, and stopped as it should be. */
@Tag("street")
final class ServedRoomsTest {
    @TempDir
    Path directory;

    @Test
    void killedAndStartedAgain() throws IOException {
        Path clip = Clips.make(directory.resolve("clip.mp4"), 4, Clips.X264, "libopus");
        Path first;
        try (Visitor serve = serve(clip)) {
            first = recorded(serve);
            Street.awaitFile(first, "moof", serve);
            serve.awaitLine("there/.* recording file started");
            serve.kill();
            serve.awaitExit(Street.SOON);
        }
        assertTrue(Street.complaints(first).isEmpty(), Street.complaints(first));
        Path second;
        try (Visitor serve = serve(clip)) {
            serve.awaitLine("repaired .*" + first.getFileName());
            second = recorded(serve);
            Street.awaitFile(second, "moof", serve);
            serve.signal("TERM");
            serve.assertExit(0);
        }
        List<String> played = Street.frameHashes(clip, "v");
        for (Path file : List.of(first, second)) {
            try (Visitor probe = Street.mediatool(directory, "probe", file.toString())) {
                probe.awaitLine("hybrid MP4");
            }
            List<String> kept = Street.frameHashes(file, "v");
            assertTrue(kept.size() > 5, file + ": " + kept.size() + " frames");
            int same = Math.min(kept.size(), played.size());
            assertEquals(played.subList(0, same), kept.subList(0, same), file.toString());
        }
        // What was forwarded into another room was recorded there, too.
        try (Stream<Path> all = Files.list(directory.resolve("all/there"))) {
            assertEquals(2, all.filter(path -> path.toString().endsWith(".mp4")).count());
        }
        assertBeside(first, "repaired");
        assertBeside(second, "complete");
    }

    /** The sidecar knows whose it is, after a crash too. */
    private static void assertBeside(Path file, String state) throws IOException {
        Path sidecar = Path.of(file.toString().replaceFirst("mp4$", "json"));
        String json = Files.readString(sidecar);
        assertTrue(json.contains("\"state\" : \"" + state + "\"") && json.contains("\"room\" : \"here\""), json);
    }

    /** Plays into a room, records that, forwards it to itself, and records all of it once more. */
    private Visitor serve(Path clip) {
        int ports = Street.freePorts(3);
        return Street.mediatool(
                directory,
                "serve",
                "--bind",
                "127.0.0.1",
                "--http",
                "0",
                "--udp",
                "0",
                "--play",
                "here=" + clip,
                "--record",
                "here=" + directory.resolve("one"),
                "--record-all",
                directory.resolve("all").toString(),
                "--forward",
                "here=rtp://127.0.0.1:" + ports,
                "--ingest",
                "there=rtp://127.0.0.1:" + ports + "?codec=h264");
    }

    private Path recorded(Visitor serve) {
        String line = serve.awaitLine("here/clip recording file started: clip-");
        return directory.resolve("one").resolve(line.substring(line.lastIndexOf(' ') + 1));
    }
}
