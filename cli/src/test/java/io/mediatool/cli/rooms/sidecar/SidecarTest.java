package io.mediatool.cli.rooms.sidecar;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mediatool.cli.rooms.Repairs;
import io.mediatool.core.codec.Codec;
import io.mediatool.core.codec.DecoderConfig;
import io.mediatool.core.codec.MediaKind;
import io.mediatool.core.codec.SampleDescription;
import io.mediatool.core.mp4.Mp4File;
import io.mediatool.core.mp4.Mp4Layout;
import io.mediatool.core.mp4.Mp4Sample;
import io.mediatool.core.mp4.Mp4TrackSpec;
import io.mediatool.core.mp4.write.Mp4Writer;
import io.mediatool.recorder.file.RecordedFile;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SidecarTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private static final Sidecar.Subject SUBJECT = new Sidecar.Subject("id1", "demo", "cam");

    @TempDir
    Path directory;

    private JsonObject read(String name) throws IOException {
        return new JsonObject(Files.readString(directory.resolve(name)));
    }

    private RecordedFile file(String failure) {
        var config = DecoderConfig.video(Codec.VP8, new byte[0], 640, 360, 0);
        var gap = new RecordedFile.Gap(1_500_000_000L, 200_000_000L, 7);
        var track = new RecordedFile.Track(
                "video0", "cam", config, 20_000_000L, 4_980_000_000L, 120, 5, 9000, 7, List.of(gap), 3);
        return new RecordedFile(directory.resolve("talk.mp4"), NOW, 5_000_000_000L, 12_345, List.of(track), failure);
    }

    @Test
    void tellsWhoWhenAndWhatIsMissing() throws IOException {
        Sidecar.begin(directory.resolve("talk.mp4"), SUBJECT, NOW);
        assertEquals("recording", read("talk.json").getString("state"));
        Sidecar.complete(file(null), SUBJECT, NOW.plusSeconds(7));
        JsonObject json = read("talk.json");
        assertEquals("complete", json.getString("state"));
        assertEquals("talk.mp4", json.getString("file"));
        assertEquals("demo", json.getString("room"));
        assertEquals("cam", json.getString("stream"));
        assertEquals("2026-03-01T12:00:00Z", json.getString("startedAt"));
        assertEquals("2026-03-01T12:00:05Z", json.getString("endedAt"));
        assertEquals(12_345, json.getInteger("bytes"));
        JsonObject track = json.getJsonArray("tracks").getJsonObject(0);
        assertEquals("2026-03-01T12:00:00.020Z", track.getString("firstFrameAt"));
        assertEquals("vp8", track.getString("codec"));
        assertEquals("cam", track.getString("stream"));
        assertEquals(7, track.getInteger("packetsLost"));
        assertEquals(2, track.getInteger("gapsNotListed"));
        JsonObject gap = track.getJsonArray("gaps").getJsonObject(0);
        assertEquals(1.5, gap.getDouble("startSeconds"));
        assertEquals(0.2, gap.getDouble("durationSeconds"));
        Sidecar.complete(file("No space left on device"), SUBJECT, NOW);
        assertEquals("failed", read("talk.json").getString("state"));
        assertEquals("No space left on device", read("talk.json").getString("failure"));
        try (var all = Files.list(directory)) {
            assertEquals(1, all.count(), "no half files");
        }
    }

    /** What somebody else keeps under that name is not ours to lose, and links lead nowhere. */
    @Test
    void nothingOfOthersIsWrittenOver() throws IOException {
        Files.writeString(directory.resolve("talk.json"), "{\"notes\": 1}");
        assertThrows(IOException.class, () -> Sidecar.complete(file(null), SUBJECT, NOW));
        assertEquals("{\"notes\": 1}", Files.readString(directory.resolve("talk.json")));
        Files.delete(directory.resolve("talk.json"));
        Files.writeString(directory.resolve("other"), "{\"mediatool\": 1}");
        Files.createSymbolicLink(directory.resolve("talk.json"), directory.resolve("other"));
        assertThrows(IOException.class, () -> Sidecar.complete(file(null), SUBJECT, NOW));
        assertEquals("{\"mediatool\": 1}", Files.readString(directory.resolve("other")));
    }

    @Test
    void aCrashLeavesWhatWasKnown() throws IOException {
        Path path = directory.resolve("talk.mp4");
        Path cut = directory.resolve("cut.mp4");
        // A recording that is cut off: fragments and no index.
        byte[] whole;
        try (Mp4Writer writer = Mp4Writer.create(Mp4File.create(path, false), Mp4Layout.HYBRID)) {
            var entry = new SampleDescription(
                    "Opus",
                    "dOps",
                    new byte[] {0, 2, 1, 56, 0, 0, (byte) 0xbb, (byte) 0x80, 0, 0, 0},
                    0,
                    0,
                    48_000,
                    2,
                    16);
            int id = writer.addTrack(new Mp4TrackSpec(MediaKind.AUDIO, 48_000, entry, "und", 0));
            for (int i = 0; i < 100; i++) {
                writer.add(new Mp4Sample(id, i * 960L, 0, 960, true, 0, new byte[50]));
                if (i % 25 == 24) {
                    writer.flushFragment(false);
                }
            }
            whole = Files.readAllBytes(path);
            writer.finish();
        }
        Files.delete(path);
        Files.write(cut, Arrays.copyOf(whole, whole.length - 100));
        Sidecar.begin(cut, SUBJECT, NOW);
        List<String> lines = new ArrayList<>();
        Repairs.in(directory, lines::add, () -> NOW.plusSeconds(60));
        assertTrue(lines.get(0).startsWith("repaired "), lines.toString());
        JsonObject json = read("cut.json");
        assertEquals("repaired", json.getString("state"));
        assertEquals("demo", json.getString("room"));
        assertEquals("2026-03-01T12:00:00Z", json.getString("openedAt"));
        assertEquals(Files.size(cut), json.getLong("bytes"));
        assertTrue(json.getDouble("durationSeconds") > 0.4 && json.getDouble("durationSeconds") < 2, json.encode());
        assertEquals("opus", json.getJsonArray("tracks").getJsonObject(0).getString("codec"));
        assertFalse(json.containsKey("endedAt"));
    }
}
