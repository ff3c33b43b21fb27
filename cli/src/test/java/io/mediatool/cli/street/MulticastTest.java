package io.mediatool.cli.street;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code play} to a multicast group, {@code record} from it, on two machines. */
@Tag("street")
final class MulticastTest {
    @TempDir
    Path directory;

    /** By the description that play writes: the group is in its {@code c=} line. */
    @Test
    void ip4BySdp() throws Exception {
        Path source = Media.make(directory, "h264", "aac", "mp4", "");
        Path sdp = directory.resolve("play.sdp");
        try (var wire = new Wire(directory)) {
            String target = "rtp://239.98.76.5:5004?interface=" + Wire.NEAR;
            List<String> play = List.of("play", source.toString(), target, "--sdp", sdp.toString());
            try (Visitor described = wire.nearMediatool(with(play, "--duration", "40ms"))) {
                described.assertExit(0);
            }
            assertTrue(Files.readString(sdp).contains("c=IN IP4 239.98.76.5/1"), Files.readString(sdp));
            Path recorded = record(wire, List.of(sdp.toString()), play);
            assertSame(source, recorded);
        }
    }

    /** By address, no SDP. */
    @Test
    void ip6ByAddress() {
        Path source = Media.make(directory, "h264", "pcmu", "mov", "-ar 8000 -ac 1");
        try (var wire = new Wire(directory)) {
            String group = "rtp://[ff15::98:76]:";
            List<String> play = List.of("play", source.toString(), group + "5004?interface=" + Wire.NEAR);
            Path recorded = record(wire, List.of(group + "5004?codec=h264&pt=96", group + "5006"), play);
            assertEquals(Street.frameHashes(source, "v"), Street.frameHashes(recorded, "v"));
            assertEquals(Media.samples(source), Media.samples(recorded));
        }
    }

    private Path record(Wire wire, List<String> sources, List<String> play) {
        Path file = directory.resolve("recorded.mp4");
        List<String> record = with(
                with(List.of("record"), sources.toArray(String[]::new)),
                "--interface",
                Wire.FAR,
                "-o",
                file.toString(),
                "--timeout",
                "20s");
        try (Visitor recorder = wire.farMediatool(record)) {
            recorder.awaitLine("listening");
            try (Visitor player = wire.nearMediatool(play)) {
                player.assertExit(0);
            }
            recorder.assertExit(0);
        }
        return file;
    }

    private static void assertSame(Path source, Path recorded) {
        assertEquals(Street.frameHashes(source, "v"), Street.frameHashes(recorded, "v"));
        assertEquals(Street.frameHashes(source, "a"), Street.frameHashes(recorded, "a"));
        assertEquals("", Street.complaints(recorded));
    }

    private static List<String> with(List<String> words, String... more) {
        var all = new ArrayList<>(words);
        all.addAll(List.of(more));
        return all;
    }
}
