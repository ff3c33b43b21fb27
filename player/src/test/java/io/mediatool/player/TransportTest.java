package io.mediatool.player;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.codec.Depacketizer;
import io.mediatool.core.codec.MediaFrame;
import io.mediatool.core.codec.MediaKind;
import io.mediatool.core.codec.catalog.CodecCatalog;
import io.mediatool.core.loop.VirtualEventLoop;
import io.mediatool.core.mp4.Mp4File;
import io.mediatool.core.mp4.Mp4Sample;
import io.mediatool.core.mp4.read.Mp4Reader;
import io.mediatool.core.mp4.read.Mp4TrackReader;
import io.mediatool.core.rtp.RtpPacket;
import io.mediatool.core.server.IncomingStream;
import io.mediatool.core.server.IncomingStreamTrack;
import io.mediatool.core.server.Room;
import io.mediatool.core.stream.RtpIncomingSourceGroup;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Seeking, speed and rounds while it plays: for viewers it is one stream. */
class TransportTest {
    private static final long MS = 1_000_000L;
    private static final Path CLIP = fixture("h264-aac.mp4");

    private final VirtualEventLoop loop = new VirtualEventLoop();
    private final Room room = new Room("test", loop);
    private final Map<MediaKind, Ear> ears = new EnumMap<>(MediaKind.class);
    private final ArrayDeque<Runnable> disk = new ArrayDeque<>();
    private boolean slowDisk;
    private boolean ended;

    private record Heard(byte[] data, long timestamp, long atNs) {}

    private static final class Ear implements RtpIncomingSourceGroup.Listener {
        private final List<Heard> frames = new ArrayList<>();
        private final List<Long> sequences = new ArrayList<>();
        private final Depacketizer depacketizer;
        private final int clockRate;

        Ear(RtpIncomingSourceGroup source) {
            var format = source.formats().get(0);
            clockRate = format.clockRate();
            depacketizer = CodecCatalog.of(format.codec()).depacketizer(format);
        }

        @Override
        public void onRtp(RtpIncomingSourceGroup source, RtpPacket packet, long sequence, long timestamp, long nowNs) {
            sequences.add(sequence);
            try {
                depacketizer.onPacket(
                        packet, timestamp, frame -> frames.add(new Heard(frame.data(), frame.timestamp(), nowNs)));
            } catch (MalformedException e) {
                throw new AssertionError(e);
            }
        }

        @Override
        public void onEnded(RtpIncomingSourceGroup source, long nowNs) {
            depacketizer.flush((MediaFrame frame) -> frames.add(new Heard(frame.data(), frame.timestamp(), nowNs)));
        }

        double ms(int from, int to) {
            return (frames.get(to).timestamp - frames.get(from).timestamp) * 1e3 / clockRate;
        }
    }

    private static Path fixture(String name) {
        try {
            return Path.of(Objects.requireNonNull(TransportTest.class.getResource(name), name)
                    .toURI());
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }

    private Player start(PlayerOptions options) throws IOException {
        room.addListener((where, stream) -> stream.addListener(new IncomingStream.Listener() {
            @Override
            public void onTrack(IncomingStream from, IncomingStreamTrack track) {
                Ear ear = new Ear(track.source());
                ears.put(track.kind(), ear);
                track.source().addListener(ear);
            }

            @Override
            public void onEnded(IncomingStream from, long nowNs) {}
        }));
        Player player = Player.open(
                room,
                "s",
                options,
                () -> Instant.EPOCH,
                new SplittableRandom(7),
                task -> {
                    if (slowDisk) {
                        disk.add(task);
                    } else {
                        task.run();
                    }
                },
                new Player.Listener() {
                    @Override
                    public void onWarning(String line) {}

                    @Override
                    public void onFailed(IOException cause) {
                        throw new AssertionError(cause);
                    }

                    @Override
                    public void onEnded() {
                        ended = true;
                    }
                });
        player.start();
        loop.advanceBy(0);
        return player;
    }

    private Ear ear(MediaKind kind) {
        return Objects.requireNonNull(ears.get(kind));
    }

    private static List<Mp4Sample> pictures() throws IOException {
        List<Mp4Sample> samples = new ArrayList<>();
        try (Mp4Reader reader = Mp4Reader.open(Mp4File.open(CLIP))) {
            Mp4TrackReader cursor = reader.track(reader.tracks().stream()
                    .filter(track -> track.kind() == MediaKind.VIDEO)
                    .findFirst()
                    .orElseThrow()
                    .id());
            while (cursor.next()) {
                samples.add(cursor.read());
            }
        } catch (MalformedException e) {
            throw new AssertionError(e);
        }
        return samples;
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
        ears.forEach((kind, ear) -> {
            for (int i = 1; i < ear.sequences.size(); i++) {
                assertEquals(ear.sequences.get(i - 1) + 1, ear.sequences.get(i), kind + " packet " + i);
            }
            for (int i = 1; i < ear.frames.size(); i++) {
                double step = ear.ms(i - 1, i);
                assertTrue(step > -130 && step < 200, kind + " frame " + i + " comes " + step + " ms after");
                long waitedMs = (ear.frames.get(i).atNs - ear.frames.get(i - 1).atNs) / MS;
                assertTrue(waitedMs < 200, kind + " frame " + i + " waits " + waitedMs + " ms");
            }
        });
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 100, 300, 700, 990, 5_000})
    void seekGoesToTheKeyFrameBefore(int ms) throws IOException {
        List<Mp4Sample> file = pictures();
        Player player = start(PlayerOptions.defaults(List.of(CLIP)));
        loop.advanceBy(600 * MS);
        Ear eye = ear(MediaKind.VIDEO);
        int before = eye.frames.size();
        player.seek(Duration.ofMillis(ms));
        loop.advanceBy(0);
        int key = keyFrame(file, Math.min(ms, 1000));
        loop.advanceBy(2_500 * MS);
        assertTrue(ended);
        // The frame that was on its way when it jumped may still come.
        int at = before;
        while (!java.util.Arrays.equals(file.get(key).data(), eye.frames.get(at).data)) {
            at++;
        }
        assertTrue(at - before <= 1, "frame " + at + " after " + before);
        assertEquals(file.size() - key, eye.frames.size() - at, "from there to the end");
        for (int i = key; i < file.size(); i++) {
            assertArrayEquals(file.get(i).data(), eye.frames.get(at + i - key).data, "picture " + i);
        }
        assertOneStream();
        assertEquals(1.0, player.progress().listPositionNs() / 1e9, 0.05, "at the end of the file");
        assertEquals(1, player.done().join().loops());
    }

    @Test
    void whatIsBeingReadWhileItJumpsIsNotSent() throws IOException {
        slowDisk = true;
        Player player = start(PlayerOptions.defaults(List.of(CLIP)).withLoops(0));
        disk.remove().run();
        loop.advanceBy(500 * MS);
        for (int jump = 0; jump < 4; jump++) {
            player.seek(Duration.ofMillis(500 - 100 * jump));
            loop.advanceBy(0);
            assertEquals((500 - 100 * jump) / 1e3, player.progress().listPositionNs() / 1e9, 1e-6, "at once");
        }
        while (!disk.isEmpty()) {
            disk.remove().run();
        }
        slowDisk = false;
        loop.advanceBy(10_000 * MS);
        assertFalse(ended);
        assertOneStream();
        assertEquals(10.4, player.progress().positionNs() / 1e9, 0.3, "all media time");
        assertTrue(player.progress().listPositionNs() < 1_100 * MS, "and that of the file");
        assertTrue(player.progress().round() >= 9, "rounds " + player.progress().round());
    }

    /** Its files are told apart by where they begin. */
    @Test
    void seekGoesFromFileToFile() throws IOException {
        Player player = start(PlayerOptions.defaults(List.of(CLIP, CLIP, CLIP)).withStart(Duration.ofMillis(1_200)));
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
        assertTrue(ended);
        assertOneStream();
    }

    @Test
    void aPausedPlayerIsElsewhereWhenItGoesOn() throws IOException {
        Player player = start(PlayerOptions.defaults(List.of(CLIP)));
        player.pause();
        loop.advanceBy(500 * MS);
        int before = ear(MediaKind.VIDEO).frames.size();
        player.seek(Duration.ofMillis(700));
        loop.advanceBy(2_000 * MS);
        assertEquals(before, ear(MediaKind.VIDEO).frames.size());
        assertEquals(0.7, player.progress().listPositionNs() / 1e9, 0.01);
        player.resume();
        loop.advanceBy(2_000 * MS);
        assertTrue(ended);
        assertEquals(
                pictures().size() - keyFrame(pictures(), 700),
                ear(MediaKind.VIDEO).frames.size() - before,
                1,
                "the rest of the file");
    }

    @Test
    void speedChangesTheStreamsPaceAndNothingElse() throws IOException {
        Player player = start(PlayerOptions.defaults(List.of(CLIP)).withLoops(0));
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
        Ear eye = ear(MediaKind.VIDEO);
        for (int i = 1; i < eye.sequences.size(); i++) {
            assertEquals(eye.sequences.get(i - 1) + 1, eye.sequences.get(i));
        }
        assertThrows(IllegalArgumentException.class, () -> player.speed(0));
        assertThrows(IllegalArgumentException.class, () -> player.speed(Double.NaN));
    }

    @Test
    void roundsCanBeAddedAndTakenAway() throws IOException {
        Player player = start(PlayerOptions.defaults(List.of(CLIP)));
        loop.advanceBy(500 * MS); // all is read
        player.loops(0);
        loop.advanceBy(10_000 * MS);
        assertFalse(ended);
        player.loops(1);
        loop.advanceBy(8_000 * MS);
        assertTrue(ended, "the round, and what was read ahead");
        assertOneStream();
    }
}
