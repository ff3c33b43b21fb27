package io.mediatool.cli.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mediatool.cli.rooms.FilePattern;
import io.mediatool.cli.rooms.MediaDirectory;
import io.mediatool.cli.rooms.WorkEvent;
import io.mediatool.core.mp4.Mp4File;
import io.mediatool.core.mp4.Mp4Track;
import io.mediatool.core.mp4.read.Mp4Reader;
import io.mediatool.core.mp4.read.Mp4TrackReader;
import io.vertx.core.json.JsonObject;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code --record-all}: every stream of every room, from its first frame on, as often as it comes. */
final class RecordAllTest {
    @TempDir
    Path directory;

    private final BlockingQueue<WorkEvent> events = new LinkedBlockingQueue<>();

    /** Waits until as many recordings as that have ended, with their rooms, and gives the files of them. */
    private List<WorkEvent> files(int endings) throws InterruptedException {
        var files = new ArrayList<WorkEvent>();
        for (int ended = 0; ended < endings; ) {
            WorkEvent event = events.poll(30, TimeUnit.SECONDS);
            assertNotNull(event, ended + " have ended");
            assertTrue(event.type() != WorkEvent.Type.FAILED, event.toString());
            if (event.word().equals("recording-file-finished")) {
                files.add(event);
            }
            ended += event.word().equals("recording-ended") ? 1 : 0;
        }
        return files;
    }

    private static void play(HttpRig rig, String room) {
        String order = "{\"file\": \"clip.mp4\", \"speed\": 4}";
        assertEquals(
                201,
                rig.send("POST", "/api/v1/rooms/" + room + "/players", order).statusCode());
    }

    @Test
    void eachStreamOfEachRoomEachTime() throws Exception {
        Path media = Files.createDirectory(directory.resolve("media"));
        Path all = Files.createDirectory(directory.resolve("all"));
        try (InputStream clip = Objects.requireNonNull(RecordAllTest.class.getResourceAsStream("clip.mp4"))) {
            Files.copy(clip, media.resolve("clip.mp4"));
        }
        List<WorkEvent> finished = new ArrayList<>();
        try (HttpRig rig = HttpRig.open(media)) {
            rig.works.addListener(events::add);
            rig.works.recordAll(MediaDirectory.open(all), FilePattern.USUAL);
            play(rig, "one");
            play(rig, "two");
            finished.addAll(files(2));
            play(rig, "one");
            finished.addAll(files(1));
        }
        List<List<ByteBuffer>> played = samples(media.resolve("clip.mp4"));
        var rooms = new TreeMap<String, Integer>();
        for (WorkEvent each : finished) {
            assertTrue(each.detail().matches(each.room() + "/clip-\\d{8}-\\d{6}(-2)?\\.mp4"), each.detail());
            Path file = all.resolve(each.detail());
            assertEquals(played, samples(file), each.detail());
            var beside = new JsonObject(Files.readString(Path.of(file.toString().replace(".mp4", ".json"))));
            assertEquals("complete", beside.getString("state"));
            assertEquals(each.room(), beside.getString("room"));
            assertEquals("clip", beside.getString("stream"));
            rooms.merge(each.room(), 1, Integer::sum);
        }
        assertEquals("{one=2, two=1}", rooms.toString());
    }

    /** Of sound and picture, in order; sound first. */
    private static List<List<ByteBuffer>> samples(Path file) throws Exception {
        var tracks = new TreeMap<String, List<ByteBuffer>>();
        try (Mp4Reader reader = Mp4Reader.open(Mp4File.open(file))) {
            for (Mp4Track track : reader.tracks()) {
                var samples = new ArrayList<ByteBuffer>();
                Mp4TrackReader cursor = reader.track(track.id());
                while (cursor.next()) {
                    samples.add(ByteBuffer.wrap(cursor.read().data()));
                }
                tracks.put(track.kind().label(), samples);
            }
        }
        return List.copyOf(tracks.values());
    }
}
