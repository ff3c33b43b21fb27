package io.mediatool.cli.rooms;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.codec.MediaKind;
import io.mediatool.core.loop.VirtualEventLoop;
import io.mediatool.core.mp4.Mp4File;
import io.mediatool.core.mp4.Mp4Sample;
import io.mediatool.core.mp4.Mp4Track;
import io.mediatool.core.mp4.read.Mp4Reader;
import io.mediatool.core.mp4.read.Mp4TrackReader;
import io.mediatool.core.server.Room;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a recording makes of publishers that come, go, come back, fall silent and change, in virtual time. */
final class RoomRecordingTest {
    private static final long MS = 1_000_000L;

    @TempDir
    Path directory;

    private final VirtualEventLoop loop = new VirtualEventLoop();
    private final Room room = new Room("demo", loop);
    private final List<WorkEvent> events = new ArrayList<>();

    private RecordingWork record(String pattern) throws Exception {
        var order =
                new Order.Recording("demo", Set.of(), MediaDirectory.open(directory), new FilePattern(pattern), null);
        var terms = new Work.Terms("id", room, () -> Camera.START.plusNanos(loop.nowNs()), events::add);
        var work = new RecordingWork(terms, order, Runnable::run, true);
        work.begin();
        return work;
    }

    private void run(long fromMs, long toMs, Camera... cameras) {
        for (long ms = fromMs; ms < toMs; ms += 20) {
            loop.advanceTo(ms * MS);
            for (Camera camera : cameras) {
                camera.send(ms);
            }
        }
        loop.advanceTo(toMs * MS);
    }

    private void end(RecordingWork work) {
        var over = work.end("test").toCompletableFuture();
        loop.advanceTo(loop.nowNs() + 1);
        assertTrue(over.isDone());
        assertEquals(
                List.of(),
                events.stream()
                        .filter(event -> event.type() == WorkEvent.Type.FAILED)
                        .toList());
    }

    private List<Path> files() throws IOException {
        try (var all = Files.list(directory)) {
            return all.filter(file -> file.toString().endsWith(".mp4")).sorted().toList();
        }
    }

    private static JsonObject beside(Path file) throws IOException {
        return new JsonObject(Files.readString(
                file.resolveSibling(String.valueOf(file.getFileName()).replace(".mp4", ".json"))));
    }

    /** What is in a track: when it was captured, and where it lies. */
    private record Seen(MediaKind kind, List<Long> capturedMs, List<Long> atMs, int descriptions) {}

    private static List<Seen> tracks(Path file) throws IOException, MalformedException {
        var tracks = new ArrayList<Seen>();
        try (Mp4Reader reader = Mp4Reader.open(Mp4File.open(file))) {
            for (Mp4Track track : reader.tracks()) {
                var seen = new Seen(
                        track.kind(),
                        new ArrayList<>(),
                        new ArrayList<>(),
                        track.descriptions().size());
                Mp4TrackReader cursor = reader.track(track.id());
                while (cursor.next()) {
                    Mp4Sample sample = cursor.read();
                    seen.capturedMs.add(Camera.capturedMs(sample.data()));
                    seen.atMs.add(Math.round(track.toNs(sample.dts()) / 1e6));
                }
                tracks.add(seen);
            }
        }
        return tracks;
    }

    private static List<Long> every(long fromMs, long toMs, long stepMs) {
        return LongStream.iterate(fromMs, ms -> ms < toMs, ms -> ms + stepMs)
                .boxed()
                .toList();
    }

    /** Each frame lies where its capture time says. */
    private static void assertOnClock(long startMs, Seen track) {
        for (int i = 0; i < track.atMs.size(); i++) {
            long off = track.capturedMs.get(i) - startMs - track.atMs.get(i);
            assertTrue(Math.abs(off) <= 20, track.kind + " of " + track.capturedMs.get(i) + " is off by " + off);
        }
    }

    @Test
    void aPublisherThatComesBackGetsFurtherFiles() throws Exception {
        RecordingWork work = record("{stream}-{time}.mp4");
        Camera first = new Camera(room, loop, "cam", 1);
        run(0, 3000, first);
        first.vanish();
        run(3000, 5000);
        Camera second = new Camera(room, loop, "cam", 2);
        run(5000, 8000, second);
        // It comes back before anybody has noticed that it was gone.
        Camera third = new Camera(room, loop, "cam", 3);
        run(8000, 10_000, third);
        end(work);

        List<Path> files = files();
        assertEquals(
                List.of("cam-20260301-120000.mp4", "cam-20260301-120005.mp4", "cam-20260301-120008.mp4"),
                files.stream().map(file -> String.valueOf(file.getFileName())).toList());
        long[] starts = {0, 5000, 8000, 10_000};
        for (int i = 0; i < 3; i++) {
            long toMs = i == 0 ? 3000 : starts[i + 1];
            for (Seen track : tracks(files.get(i))) {
                assertEquals(every(starts[i], toMs, track.kind == MediaKind.VIDEO ? 40 : 20), track.capturedMs);
                assertOnClock(starts[i], track);
            }
            JsonObject json = beside(files.get(i));
            assertEquals("complete", json.getString("state"));
            assertEquals("cam", json.getString("stream"));
            assertEquals(Camera.START.plusMillis(starts[i]), Instant.parse(json.getString("startedAt")), json.encode());
            assertEquals((toMs - starts[i]) / 1e3, json.getDouble("durationSeconds"), 0.001);
        }
    }

    /** A packet that was lost right before the end, and asked for, has as long to come as any other. */
    @Test
    void whatIsMissingAtTheEndIsWaitedFor() throws Exception {
        RecordingWork work = record("{stream}.mp4");
        Camera cam = new Camera(room, loop, "cam", 1);
        run(0, 1960, cam);
        cam.pictureLost = true;
        run(1960, 2000, cam);
        cam.pictureLost = false;
        run(2000, 2100, cam);
        var over = work.end("test").toCompletableFuture();
        run(2100, 2300, cam);
        assertFalse(over.isDone(), "ended without the picture of 1960");
        cam.repair();
        run(2300, 2320, cam);
        assertTrue(over.isDone());
        for (Seen track : tracks(files().get(0))) {
            assertEquals(every(0, 2100, track.kind == MediaKind.VIDEO ? 40 : 20), track.capturedMs);
        }
    }

    /** One clock for all who are in the file: that of their reports. */
    @Test
    void aRoomInOneFileHasOneClock() throws Exception {
        RecordingWork work = record("{room}.mp4");
        Camera anna = new Camera(room, loop, "anna", 1);
        run(0, 4000, anna);
        Camera ben = new Camera(room, loop, "ben", 2);
        run(4000, 8000, anna, ben);
        ben.vanish();
        run(8000, 10_000, anna);
        Camera again = new Camera(room, loop, "ben", 3);
        for (long ms = 10_000; ms < 14_000; ms += 20) { // by a network that takes 200 ms
            loop.advanceTo(ms * MS);
            anna.send(ms);
            again.send(ms - 200);
        }
        loop.advanceTo(14_000 * MS);
        end(work);

        assertEquals(1, files().size());
        Path file = files().get(0);
        List<Seen> tracks = tracks(file);
        assertEquals(6, tracks.size());
        List<List<Long>> wanted = new ArrayList<>(List.of(
                every(0, 14_000, 40),
                every(0, 14_000, 20),
                every(4000, 8000, 40),
                every(4000, 8000, 20),
                every(10_000, 13_800, 40), // from its first key frame on
                every(9800, 13_800, 20)));
        for (Seen track : tracks) {
            assertTrue(wanted.remove(track.capturedMs), track.kind + " from " + track.capturedMs.get(0));
            assertOnClock(0, track);
        }
        JsonObject json = beside(file);
        assertNull(json.getString("stream"), "it is of all");
        assertEquals(Camera.START, Instant.parse(json.getString("startedAt")));
        var told = new ArrayList<String>();
        for (int i = 0; i < 6; i++) {
            JsonObject track = json.getJsonArray("tracks").getJsonObject(i);
            told.add(
                    track.getString("stream") + " " + track.getString("codec") + " " + track.getString("firstFrameAt"));
        }
        assertEquals(
                List.of(
                        "anna opus 2026-03-01T12:00:00Z",
                        "anna vp8 2026-03-01T12:00:00Z",
                        "ben opus 2026-03-01T12:00:04Z",
                        "ben opus 2026-03-01T12:00:09.800Z",
                        "ben vp8 2026-03-01T12:00:04Z",
                        "ben vp8 2026-03-01T12:00:10Z"),
                told.stream().sorted().toList());
    }

    @Test
    void silenceAndMutedPicturesAreGapsAndNothingMoves() throws Exception {
        RecordingWork work = record("{stream}.mp4");
        Camera camera = new Camera(room, loop, "cam", 1);
        run(0, 2000, camera);
        camera.soundMuted = true; // DTX: timestamps go on
        run(2000, 5000, camera);
        camera.soundMuted = false;
        camera.pictureMuted = true;
        run(5000, 9000, camera);
        camera.pictureMuted = false;
        run(9000, 12_000, camera);
        end(work);

        Path file = files().get(0);
        assertEquals(1, files().size());
        for (Seen track : tracks(file)) {
            boolean picture = track.kind == MediaKind.VIDEO;
            long step = picture ? 40 : 20;
            var wanted = new ArrayList<>(every(0, picture ? 5000 : 2000, step));
            wanted.addAll(every(picture ? 9000 : 5000, 12_000, step));
            assertEquals(wanted, track.capturedMs);
            assertOnClock(0, track);
        }
        for (Object each : beside(file).getJsonArray("tracks")) {
            JsonObject track = (JsonObject) each;
            boolean picture = track.getString("codec").equals("vp8");
            assertEquals(0, track.getInteger("packetsLost"));
            assertEquals(1, track.getJsonArray("gaps").size(), track.encode());
            JsonObject gap = track.getJsonArray("gaps").getJsonObject(0);
            assertEquals(picture ? 5 : 2, gap.getDouble("startSeconds"), 0.001);
            assertEquals(picture ? 4 : 3, gap.getDouble("durationSeconds"), 0.001);
            assertEquals(0, gap.getInteger("packetsLost"));
        }
    }

    @Test
    void anotherSizeStaysInTheTrackAndAnotherCodecIsAnotherTrack() throws Exception {
        RecordingWork work = record("{stream}.mp4");
        Camera camera = new Camera(room, loop, "cam", 1);
        run(0, 3000, camera);
        camera.width = 640;
        run(3000, 6000, camera);
        camera.pictureFormat = Camera.H264;
        run(6000, 9000, camera);
        camera.pictureFormat = Camera.VP8;
        run(9000, 12_000, camera);
        end(work);

        assertEquals(1, files().size());
        List<Seen> pictures = tracks(files().get(0)).stream()
                .filter(track -> track.kind == MediaKind.VIDEO)
                .toList();
        assertEquals(2, pictures.size());
        var vp8 = new ArrayList<>(every(0, 6000, 40));
        vp8.addAll(every(9000, 12_000, 40));
        assertEquals(vp8, pictures.get(0).capturedMs);
        assertEquals(2, pictures.get(0).descriptions, "two sizes");
        assertEquals(every(6000, 9000, 40), pictures.get(1).capturedMs);
        tracks(files().get(0)).forEach(track -> assertOnClock(0, track));
        JsonObject h264 = beside(files().get(0)).getJsonArray("tracks").stream()
                .map(JsonObject.class::cast)
                .filter(track -> track.getString("codec").equals("h264"))
                .findFirst()
                .orElseThrow();
        assertEquals("2026-03-01T12:00:06Z", h264.getString("firstFrameAt"));
        assertEquals(640, h264.getInteger("width"));
    }
}
