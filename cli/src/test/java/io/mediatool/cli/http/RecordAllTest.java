package io.mediatool.cli.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mediatool.cli.Samples;
import io.mediatool.cli.rooms.FilePattern;
import io.mediatool.cli.rooms.MediaDirectory;
import io.mediatool.cli.rooms.WorkEvent;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code --record-all}: every stream of every room, from its first frame on, as often as it comes. */
final class RecordAllTest {
    @TempDir
    Path directory;

    /** Waits until as many recordings as that have ended, with their rooms, and gives the files of them. */
    private static List<WorkEvent> files(HttpRig rig, int endings) throws InterruptedException {
        var files = new ArrayList<WorkEvent>();
        for (int ended = 0; ended < endings; ) {
            WorkEvent event = rig.workEvents.poll(30, TimeUnit.SECONDS);
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
        rig.begun(room + "/players", "{\"file\": \"clip.mp4\", \"speed\": 4}");
    }

    @Test
    void eachStreamOfEachRoomEachTime() throws Exception {
        Path media = Files.createDirectory(directory.resolve("media"));
        Path all = Files.createDirectory(directory.resolve("all"));
        Path clip = HttpRig.clip(media);
        List<WorkEvent> finished = new ArrayList<>();
        try (HttpRig rig = HttpRig.open(media)) {
            rig.works.recordAll(MediaDirectory.open(all), FilePattern.USUAL);
            play(rig, "one");
            play(rig, "two");
            finished.addAll(files(rig, 2));
            play(rig, "one");
            finished.addAll(files(rig, 1));
        }
        var rooms = new TreeMap<String, Integer>();
        for (WorkEvent each : finished) {
            assertTrue(each.detail().matches(each.room() + "/clip-\\d{8}-\\d{6}(-2)?\\.mp4"), each.detail());
            Path file = all.resolve(each.detail());
            assertEquals(Samples.of(clip), Samples.of(file), each.detail());
            var beside = new JsonObject(Files.readString(Path.of(file.toString().replace(".mp4", ".json"))));
            assertEquals("complete", beside.getString("state"));
            assertEquals(each.room(), beside.getString("room"));
            assertEquals("clip", beside.getString("stream"));
            rooms.merge(each.room(), 1, Integer::sum);
        }
        assertEquals("{one=2, two=1}", rooms.toString());
    }
}
