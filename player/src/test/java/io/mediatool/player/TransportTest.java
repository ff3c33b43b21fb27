package io.mediatool.player;

import static io.mediatool.player.PlayerStage.fixture;
import static io.mediatool.player.PlayerStage.samples;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mediatool.core.codec.MediaKind;
import io.mediatool.core.loop.VirtualEventLoop;
import io.mediatool.core.mp4.Mp4Sample;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Seeking, speed and rounds while it plays: for viewers it is one stream. */
class TransportTest {
    private static final long MS = 1_000_000L;
    private static final Path CLIP = fixture("h264-aac.mp4");

    private final PlayerStage stage = new PlayerStage();
    private final VirtualEventLoop loop = stage.loop;

    @AfterEach
    void nothingFailed() {
        assertEquals(List.of(), stage.warnings);
    }

    private static List<Mp4Sample> pictures() throws IOException {
        return samples(CLIP, MediaKind.VIDEO);
    }

    /** The last key frame at or before. */
    private static int keyFrame(List<Mp4Sample> pictures, long ms) {
        int key = 0;
        for (int i = 0; i < pictures.size(); i++) {
            key = pictures.get(i).sync() && pictures.get(i).pts() * 1000 / 12_800 <= ms ? i : key;
        }
        return key;
    }

    private void assertOneStream() {
        stage.ears.forEach((kind, ear) -> {
            ear.assertNoNumberIsMissing();
            for (int i = 1; i < ear.frames.size(); i++) {
                double step = ear.ms(i - 1, i);
                assertTrue(step > -130 && step < 200, kind + " frame " + i + " comes " + step + " ms after");
                long waitedMs = (ear.framesAtNs.get(i) - ear.framesAtNs.get(i - 1)) / MS;
                assertTrue(waitedMs < 200, kind + " frame " + i + " waits " + waitedMs + " ms");
            }
        });
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 100, 300, 700, 990, 5_000})
    void seekGoesToTheKeyFrameBefore(int ms) throws IOException {
        List<Mp4Sample> file = pictures();
        Player player = stage.start(PlayerOptions.defaults(List.of(CLIP)));
        loop.advanceBy(600 * MS);
        Ear eye = stage.ear(MediaKind.VIDEO);
        int before = eye.frames.size();
        player.seek(Duration.ofMillis(ms));
        loop.advanceBy(0);
        int key = keyFrame(file, Math.min(ms, 1000));
        loop.advanceBy(2_500 * MS);
        assertTrue(stage.ended);
        // The frame that was on its way when it jumped may still come.
        int at = before;
        while (!Arrays.equals(file.get(key).data(), eye.frames.get(at).data())) {
            at++;
        }
        assertTrue(at - before <= 1, "frame " + at + " after " + before);
        assertEquals(file.size() - key, eye.frames.size() - at, "from there to the end");
        for (int i = key; i < file.size(); i++) {
            assertArrayEquals(file.get(i).data(), eye.frames.get(at + i - key).data(), "picture " + i);
        }
        assertOneStream();
        assertEquals(1.0, player.progress().listPositionNs() / 1e9, 0.05, "at the end of the file");
        assertEquals(1, player.done().join().loops());
    }

    @Test
    void whatIsBeingReadWhileItJumpsIsNotSent() throws IOException {
        stage.slowDisk = true;
        Player player = stage.start(PlayerOptions.defaults(List.of(CLIP)).withLoops(0));
        stage.disk.remove().run();
        loop.advanceBy(500 * MS);
        for (int jump = 0; jump < 4; jump++) {
            player.seek(Duration.ofMillis(500 - 100 * jump));
            loop.advanceBy(0);
            assertEquals((500 - 100 * jump) / 1e3, player.progress().listPositionNs() / 1e9, 1e-6, "at once");
        }
        while (!stage.disk.isEmpty()) {
            stage.disk.remove().run();
        }
        stage.slowDisk = false;
        loop.advanceBy(10_000 * MS);
        assertFalse(stage.ended);
        assertOneStream();
        assertEquals(10.4, player.progress().positionNs() / 1e9, 0.3, "all media time");
        assertTrue(player.progress().listPositionNs() < 1_100 * MS, "and that of the file");
        assertTrue(player.progress().round() >= 9, "rounds " + player.progress().round());
    }

    /** Its files are told apart by where they begin. */
    @Test
    void seekGoesFromFileToFile() throws IOException {
        Player player =
                stage.start(PlayerOptions.defaults(List.of(CLIP, CLIP, CLIP)).withStart(Duration.ofMillis(1_200)));
        loop.advanceBy(200 * MS);
        assertEquals(1.2, player.progress().listPositionNs() / 1e9, 0.3);
        assertEquals(3.0, player.progress().listDurationNs() / 1e9, 0.1);
        player.seek(Duration.ofMillis(100));
        loop.advanceBy(300 * MS);
        assertTrue(player.progress().listPositionNs() < 500 * MS, "before the start, too");
        player.seek(Duration.ofMillis(2_900));
        loop.advanceBy(100 * MS);
        assertTrue(player.progress().listPositionNs() > 2_000 * MS);
        loop.advanceBy(2_000 * MS);
        assertTrue(stage.ended);
        assertOneStream();
    }

    @Test
    void aPausedPlayerIsElsewhereWhenItGoesOn() throws IOException {
        Player player = stage.start(PlayerOptions.defaults(List.of(CLIP)));
        player.pause();
        loop.advanceBy(500 * MS);
        int before = stage.ear(MediaKind.VIDEO).frames.size();
        player.seek(Duration.ofMillis(700));
        loop.advanceBy(2_000 * MS);
        assertEquals(before, stage.ear(MediaKind.VIDEO).frames.size());
        assertEquals(0.7, player.progress().listPositionNs() / 1e9, 0.01);
        player.resume();
        loop.advanceBy(2_000 * MS);
        assertTrue(stage.ended);
        assertEquals(
                pictures().size() - keyFrame(pictures(), 700),
                stage.ear(MediaKind.VIDEO).frames.size() - before,
                1,
                "the rest of the file");
    }

    @Test
    void speedChangesTheStreamsPaceAndNothingElse() throws IOException {
        Player player = stage.start(PlayerOptions.defaults(List.of(CLIP)).withLoops(0));
        loop.advanceBy(5_000 * MS);
        player.speed(4);
        loop.advanceBy(5_000 * MS);
        assertEquals(25, player.progress().positionNs() / 1e9, 0.2);
        player.pause();
        loop.advanceBy(0);
        player.speed(0.5);
        loop.advanceBy(1_000 * MS);
        assertEquals(0.5, player.progress().speed());
        assertEquals(25, player.progress().positionNs() / 1e9, 0.2);
        player.resume();
        loop.advanceBy(4_000 * MS);
        assertEquals(27, player.progress().positionNs() / 1e9, 0.2);
        Ear eye = stage.ear(MediaKind.VIDEO);
        eye.assertNoNumberIsMissing();
        assertThrows(IllegalArgumentException.class, () -> player.speed(0));
        assertThrows(IllegalArgumentException.class, () -> player.speed(Double.NaN));
    }

    @Test
    void roundsCanBeAddedAndTakenAway() throws IOException {
        Player player = stage.start(PlayerOptions.defaults(List.of(CLIP)));
        loop.advanceBy(500 * MS); // all is read
        player.loops(0);
        loop.advanceBy(10_000 * MS);
        assertFalse(stage.ended);
        player.loops(1);
        loop.advanceBy(8_000 * MS);
        assertTrue(stage.ended, "the round, and what was read ahead");
        assertOneStream();
    }
}
