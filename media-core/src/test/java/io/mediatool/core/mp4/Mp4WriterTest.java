package io.mediatool.core.mp4;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mediatool.core.codec.MediaKind;
import io.mediatool.core.codec.SampleDescription;
import io.mediatool.core.mp4.box.BoxDump;
import io.mediatool.core.mp4.read.Mp4Probe;
import io.mediatool.core.mp4.read.Mp4Reader;
import io.mediatool.core.mp4.read.Mp4TrackReader;
import io.mediatool.core.mp4.write.Mp4Repair;
import io.mediatool.core.mp4.write.Mp4Writer;
import io.mediatool.core.rtp.NtpTime;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is written is what is read, in every layout. */
class Mp4WriterTest {

    private static Mp4Sample sample(int track, long dts, int cts, long duration, boolean sync, int entry, int size) {
        return new Mp4Sample(track, dts, cts, duration, sync, entry, Recordings.bytes((int) dts, size));
    }

    @ParameterizedTest
    @EnumSource(Mp4Layout.class)
    void roundTrip_everyLayout(Mp4Layout layout) throws Exception {
        MemoryFile file = new MemoryFile();
        var script = new Recordings.Script(file, layout).record();
        Mp4Summary summary = script.finish();
        assertNull(summary.failure());
        assertEquals(script.all(), Recordings.read(file));
        Mp4Info info = Mp4Probe.of(file);
        assertEquals(summary.state(), info.state());
        assertFalse(info.torn());
        assertEquals(16, info.tracks().get(0).samples());
        assertEquals(4, info.tracks().get(0).syncSamples());
        assertEquals(12, info.tracks().get(1).samples());
        // The sound starts with the third scene, 2 · 6400 / 48000 s.
        assertEquals(266_666_666L, info.tracks().get(1).startNs());
        assertEquals(summary.durationNs(), info.durationNs());
        assertEquals(
                NtpTime.toInstant(Recordings.NTP).getEpochSecond(),
                info.createdAt() == null ? 0 : info.createdAt().getEpochSecond());
    }

    @ParameterizedTest
    @EnumSource(Mp4Layout.class)
    void descriptions_areReadBackWithTheirConfiguration(Mp4Layout layout) throws Exception {
        MemoryFile file = new MemoryFile();
        new Recordings.Script(file, layout).record().finish();
        try (Mp4Reader reader = Mp4Reader.open(file)) {
            List<SampleDescription> video = reader.tracks().get(0).descriptions();
            assertEquals(2, video.size());
            assertEquals("avc1", video.get(0).type());
            assertEquals("avcC", video.get(1).configType());
            assertEquals(640, video.get(0).width());
            assertEquals(320, video.get(1).width());
            assertEquals((byte) 320, video.get(1).config()[4]);
            SampleDescription sound = reader.tracks().get(1).descriptions().get(0);
            assertEquals("Opus", sound.type());
            assertEquals(48_000, sound.sampleRate());
            assertEquals(2, sound.channels());
        }
    }

    @ParameterizedTest
    @EnumSource(Mp4Layout.class)
    void gapBetweenFragments_staysAGapInTime(Mp4Layout layout) throws Exception {
        MemoryFile file = new MemoryFile();
        Mp4Writer writer = Mp4Writer.create(file, layout);
        int track = writer.addTrack(Mp4TrackSpec.of(MediaKind.AUDIO, 8000, Recordings.audio()));
        writer.add(sample(track, 0, 0, 160, true, 0, 20));
        writer.flushFragment(false);
        writer.add(sample(track, 80_000, 0, 160, true, 0, 20));
        writer.add(sample(track, 80_160, 0, 160, true, 0, 20));
        Mp4Summary summary = writer.finish();
        assertEquals(10_040_000_000L, summary.durationNs());
        try (Mp4Reader reader = Mp4Reader.open(file)) {
            Mp4TrackReader cursor = reader.track(track);
            assertTrue(cursor.next() && cursor.dts() == 0);
            assertTrue(cursor.next() && cursor.dts() == 80_000);
            assertTrue(cursor.next() && cursor.dts() == 80_160);
            assertEquals(160, cursor.duration());
            assertFalse(cursor.next());
        }
    }

    @ParameterizedTest
    @EnumSource(Mp4Layout.class)
    void leadIn_liesBeforeTheMovie(Mp4Layout layout) throws Exception {
        MemoryFile file = new MemoryFile();
        Mp4Writer writer = Mp4Writer.create(file, layout);
        int track = writer.addTrack(new Mp4TrackSpec(MediaKind.VIDEO, 90_000, Recordings.video(64), "deu", 6000));
        assertThrows(IllegalArgumentException.class, () -> writer.add(sample(1, -6001, 0, 0, true, 0, 1)));
        for (int i = 0; i < 5; i++) {
            writer.add(sample(track, -6000 + i * 3000L, 6000, 0, i == 0, 0, 9));
        }
        writer.finish();
        try (Mp4Reader reader = Mp4Reader.open(file)) {
            assertEquals("deu", reader.tracks().get(0).language());
            Mp4TrackReader cursor = reader.track(track);
            assertTrue(cursor.next());
            assertEquals(-6000, cursor.dts());
            assertEquals(0, cursor.pts());
        }
    }

    @ParameterizedTest
    @EnumSource(Mp4Layout.class)
    void seek_findsTheSyncSampleBefore(Mp4Layout layout) throws Exception {
        MemoryFile file = new MemoryFile();
        new Recordings.Script(file, layout).record().finish();
        try (Mp4Reader reader = Mp4Reader.open(file)) {
            Mp4TrackReader cursor = reader.track(1);
            for (long target : new long[] {47_999, 0, 11_999, 12_000, 35_000, -5, 1_000_000, 24_001}) {
                cursor.seek(target, true);
                assertTrue(cursor.next());
                assertEquals(Math.max(0, Math.min(3, target / 12_000)) * 12_000, cursor.dts(), "to " + target);
                assertTrue(cursor.sync());
                cursor.seek(target, false);
                assertTrue(cursor.next());
                assertEquals(Math.max(0, Math.min(45_000, target / 3000 * 3000)), cursor.dts(), "to " + target);
            }
            var all = reader.interleaved(List.of(1, 2));
            all.seek(420_000_000L);
            Mp4TrackReader first = all.next();
            assertTrue(first != null && first.track().id() == 1);
            assertEquals(36_000, first == null ? 0 : first.dts());
            Mp4TrackReader second = all.next();
            // 0.4 s: the sound at the key frame's time, not at the time asked for.
            assertTrue(second != null && second.track().id() == 2);
            assertEquals(19_200, second == null ? 0 : second.dts());
        }
    }

    @ParameterizedTest
    @EnumSource(Mp4Layout.class)
    void trackWithoutSamples_isLegal(Mp4Layout layout) throws Exception {
        MemoryFile file = new MemoryFile();
        Mp4Writer writer = Mp4Writer.create(file, layout);
        writer.addTrack(Mp4TrackSpec.of(MediaKind.VIDEO, 90_000, Recordings.video(64)));
        int sound = writer.addTrack(Mp4TrackSpec.of(MediaKind.AUDIO, 8000, Recordings.audio()));
        writer.add(sample(sound, 5, 0, 160, true, 0, 20));
        assertEquals(1, writer.finish().tracks().get(1).samples());
        assertEquals(1, Recordings.read(file).size());
    }

    @Test
    void descriptionIsKnownAgain_andRoomForMoreEnds() throws Exception {
        MemoryFile file = new MemoryFile();
        Mp4Writer writer = Mp4Writer.create(file, Mp4Layout.HYBRID);
        int track = writer.addTrack(Mp4TrackSpec.of(MediaKind.VIDEO, 90_000, Recordings.video(16)));
        writer.add(sample(track, 0, 0, 0, true, 0, 20));
        writer.flushFragment(false);
        assertEquals(0, writer.addDescription(track, Recordings.video(16)));
        int known = 1;
        while (writer.hasRoomFor(Recordings.video(16 + known))) {
            assertEquals(known, writer.addDescription(track, Recordings.video(16 + known)));
            writer.add(sample(track, known * 3000L, 0, 0, true, known, 20));
            known++;
        }
        assertTrue(known > 60, "descriptions: " + known);
        assertThrows(IllegalStateException.class, () -> writer.addDescription(1, Recordings.video(999)));
        MemoryFile crashed = file.survivor();
        writer.finish();
        assertEquals(known, Recordings.read(file).size());
        Mp4Repair.repair(crashed);
        assertEquals(known - 1, Recordings.read(crashed).size());
    }

    @Test
    void dtsThatGoesBack_isRefusedAndNothingIsHarmed() throws Exception {
        MemoryFile file = new MemoryFile();
        Mp4Writer writer = Mp4Writer.create(file, Mp4Layout.HYBRID);
        int track = writer.addTrack(Mp4TrackSpec.of(MediaKind.VIDEO, 90_000, Recordings.video(64)));
        writer.add(sample(track, 100, 0, 0, true, 0, 20));
        assertThrows(IllegalArgumentException.class, () -> writer.add(sample(track, 99, 0, 0, true, 0, 20)));
        assertThrows(IllegalArgumentException.class, () -> writer.add(sample(7, 200, 0, 0, true, 0, 20)));
        assertThrows(IllegalArgumentException.class, () -> writer.add(sample(track, 200, 0, 0, true, 3, 20)));
        writer.add(sample(track, 100, 0, 0, true, 0, 20));
        assertEquals(2, writer.finish().tracks().get(0).samples());
    }

    @Test
    void fragmentsBehind4GiB_becomeAnOrdinaryFileWith64BitPositions() throws Exception {
        MemoryFile recording = new MemoryFile();
        var script = new Recordings.Script(recording, Mp4Layout.HYBRID).record();
        byte[] image = recording.toByteArray();
        int last = (int) recording.writes().get(recording.writes().size() - 1).position();
        long gap = 5L << 30;
        MemoryFile big = MemoryFile.of(Arrays.copyOf(image, last));
        byte[] free = {0, 0, 0, 1, 'f', 'r', 'e', 'e', 0, 0, 0, 1, 0x40, 0, 0, 0};
        big.put(last, free, 0, free.length);
        big.put(last + gap, image, last, image.length - last);
        assertEquals(script.all(), Recordings.read(big));
        Mp4Summary summary = Mp4Repair.repair(big);
        assertEquals(Mp4State.HYBRID, summary.state());
        assertEquals(script.all(), Recordings.read(big));
        assertTrue(BoxDump.of(big).contains("co64"));
    }
}
