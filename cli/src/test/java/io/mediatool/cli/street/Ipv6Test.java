package io.mediatool.cli.street;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** All three over IPv6, one behind the other: {@code play} to {@code ingest}, which forwards to {@code record}. */
@Tag("street")
final class Ipv6Test {
    @TempDir
    Path directory;

    @Test
    void playThroughIngestIntoRecord() throws IOException {
        Path source = Media.make(directory, "h264", "pcmu", "mov", "-ar 8000 -ac 1");
        String played = "rtp://[::1]:" + Street.freePorts(2);
        int port = Street.freePorts(2);
        Path sdp = directory.resolve("play.sdp");
        play(source, played, "--sdp", sdp.toString(), "--duration", "40ms");
        assertTrue(Files.readString(sdp).contains("c=IN IP6 0:0:0:0:0:0:0:1"), Files.readString(sdp));
        try (Recording recording = Recording.start(
                        directory, "rtp://[::1]:" + port + "?codec=h264&pt=96 rtp://[::1]:" + (port + 2));
                Visitor ingest =
                        Street.mediatool(directory, "ingest", sdp.toString(), "--forward", "rtp://[::1]:" + port)) {
            ingest.awaitLine("listening");
            play(source, played);
            ingest.assertExit(0);
            Path recorded = recording.finish();
            assertEquals(Street.frameHashes(source, "v"), Street.frameHashes(recorded, "v"));
            assertEquals(Media.samples(source), Media.samples(recorded));
            RecordFfmpegPushTest.assertSameTimes(source, recorded, "v");
        }
    }

    private void play(Path source, String target, String... options) {
        var words = new ArrayList<>(List.of("play", source.toString(), target));
        words.addAll(List.of(options));
        try (Visitor player = Street.mediatool(directory, words.toArray(String[]::new))) {
            player.assertExit(0);
        }
    }
}
