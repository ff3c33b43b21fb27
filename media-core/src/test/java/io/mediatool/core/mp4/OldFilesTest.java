package io.mediatool.core.mp4;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.codec.SampleDescription;
import io.mediatool.core.mp4.box.BoxWriter;
import io.mediatool.core.mp4.read.Mp4Probe;
import io.mediatool.core.mp4.read.Mp4Reader;
import io.mediatool.core.mp4.read.Mp4TrackReader;
import io.mediatool.core.mp4.write.Mp4Repair;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Files as other writers make them. */
class OldFilesTest {

    /** Writes the tables of one track. */
    private interface Tables {
        void write(BoxWriter boxes);
    }

    private static void track(BoxWriter boxes, int id, String handler, int scale, Tables edits, Tables tables) {
        boxes.start("trak");
        boxes.start("tkhd", 0, 7).out().u32(0).u32(0).u32(id).u32(0).u32(0).zeros(60);
        boxes.end();
        edits.write(boxes);
        boxes.start("mdia");
        boxes.start("mdhd", 0, 0)
                .out()
                .u32(0)
                .u32(0)
                .u32(scale)
                .u32(0)
                .u16(0x7fff)
                .u16(0);
        boxes.end();
        boxes.start("hdlr", 0, 0).out().ascii("mhlr").ascii(handler).zeros(13);
        boxes.end();
        boxes.start("minf").start("stbl");
        tables.write(boxes);
        boxes.end().end().end().end();
    }

    private static void movieHeader(BoxWriter boxes) {
        boxes.start("mvhd", 0, 0).out().u32(0).u32(0).u32(600).u32(0).zeros(80);
        boxes.end();
    }

    private static void soundEntry(BoxWriter boxes, String type, int version) {
        boxes.start(type);
        boxes.out()
                .zeros(6)
                .u16(1)
                .u16(version)
                .zeros(6)
                .u16(2)
                .u16(16)
                .u32(0)
                .u16(44_100)
                .u16(0);
    }

    /** QuickTime: media in front, {@code wide}, sound version 1 with {@code wave}, PCM one frame a sample, stz2, edits. */
    static MemoryFile quickTime() {
        BoxWriter boxes = new BoxWriter();
        boxes.start("ftyp").out().ascii("qt  ").u32(0x200).ascii("qt  ");
        boxes.end();
        boxes.start("wide").end();
        boxes.start("mdat");
        final int media = (int) boxes.size();
        boxes.out().bytes(Recordings.bytes(1, 4000));
        boxes.end();
        boxes.start("moov");
        movieHeader(boxes);
        track(boxes, 1, "vide", 600, OldFilesTest::delayed, out -> pictures(out, media));
        track(boxes, 2, "soun", 44_100, out -> {}, out -> coded(out, media + 1000));
        track(boxes, 3, "soun", 8000, out -> {}, out -> pcm(out, media + 2000));
        boxes.start("udta").out().u32(0);
        boxes.end().end();
        return MemoryFile.of(boxes.toByteArray());
    }

    /** Empty for half a second, then from media time 20 on. */
    private static void delayed(BoxWriter boxes) {
        boxes.start("edts").start("elst", 0, 0);
        boxes.out().u32(2).u32(300).u32(-1).u32(0x1_0000).u32(60).u32(20).u32(0x1_0000);
        boxes.end().end();
    }

    private static void pictures(BoxWriter boxes, int media) {
        boxes.start("stsd", 0, 0).out().u32(1);
        boxes.start("mjpa").out().zeros(6).u16(1).zeros(16).u16(64).u16(48).zeros(50);
        boxes.end().end();
        boxes.start("stts", 0, 0).out().u32(2).u32(2).u32(20).u32(2).u32(10);
        boxes.end();
        // Version 0, and signed nevertheless, as QuickTime does.
        boxes.start("ctts", 0, 0).out().u32(2).u32(3).u32(0).u32(1).u32(-10);
        boxes.end();
        boxes.start("stss", 0, 0).out().u32(2).u32(1).u32(3);
        boxes.end();
        boxes.start("stsc", 0, 0)
                .out()
                .u32(2)
                .u32(1)
                .u32(3)
                .u32(1)
                .u32(2)
                .u32(1)
                .u32(1);
        boxes.end();
        boxes.start("stz2", 0, 0).out().u32(4).u32(4).u8(0x56).u8(0x78);
        boxes.end();
        boxes.start("co64", 0, 0).out().u32(2).i64(media).i64(media + 100L);
        boxes.end();
    }

    private static void coded(BoxWriter boxes, int media) {
        boxes.start("stsd", 0, 0).out().u32(1);
        soundEntry(boxes, "mp4a", 1);
        boxes.out().u32(1024).u32(0).u32(0).u32(2);
        boxes.start("wave");
        boxes.start("frma").out().ascii("mp4a");
        boxes.end().start("mp4a").out().u32(0);
        boxes.end().start("esds", 0, 0).out().u32(0x0301_0203);
        boxes.end().start("\0\0\0\0").end().end();
        boxes.end().end();
        boxes.start("stts", 0, 0).out().u32(1).u32(3).u32(1024);
        boxes.end();
        boxes.start("stsc", 0, 0).out().u32(1).u32(1).u32(3).u32(1);
        boxes.end();
        boxes.start("stsz", 0, 0).out().u32(0).u32(3).u32(100).u32(0).u32(50);
        boxes.end();
        boxes.start("stco", 0, 0).out().u32(1).u32(media);
        boxes.end();
    }

    private static void pcm(BoxWriter boxes, int media) {
        boxes.start("stsd", 0, 0).out().u32(1);
        soundEntry(boxes, "ulaw", 0);
        boxes.end().end();
        boxes.start("stts", 0, 0).out().u32(1).u32(500).u32(1);
        boxes.end();
        boxes.start("stsc", 0, 0).out().u32(1).u32(1).u32(400).u32(1);
        boxes.end();
        boxes.start("stsz", 0, 0).out().u32(2).u32(500);
        boxes.end();
        boxes.start("stco", 0, 0).out().u32(2).u32(media).u32(media + 900);
        boxes.end();
    }

    /** Fragments of the first edition: no tfdt, base-data-offset or none at all, several runs, defaults from trex. */
    static MemoryFile oldFragments() {
        BoxWriter boxes = new BoxWriter();
        boxes.start("moov");
        movieHeader(boxes);
        track(boxes, 5, "soun", 8000, out -> {}, out -> {
            out.start("stsd", 0, 0).out().u32(1);
            soundEntry(out, "samr", 0);
            out.end().end();
        });
        boxes.start("mvex")
                .start("trex", 0, 0)
                .out()
                .u32(5)
                .u32(1)
                .u32(160)
                .u32(10)
                .u32(0);
        boxes.end().end().end();
        for (int i = 0; i < 3; i++) {
            long start = boxes.size();
            boxes.start("moof").start("mfhd", 0, 0).out().u32(i + 1);
            boxes.end().start("traf");
            boxes.start("tfhd", 0, i == 0 ? 1 : 0).out().u32(5);
            // The whole moof takes 8 + 16 + 8 + tfhd + 20 + 16 bytes.
            int moof = 8 + 16 + 8 + (i == 0 ? 24 : 16) + 20 + 16;
            if (i == 0) {
                boxes.out().i64(start + moof + 8);
            }
            boxes.end();
            boxes.start("trun", 0, 1).out().u32(2).u32(i == 0 ? 0 : moof + 8);
            boxes.end();
            boxes.start("trun", 0, 0).out().u32(1);
            boxes.end();
            boxes.end().end();
            boxes.start("mdat").out().bytes(Recordings.bytes(i, 30));
            boxes.end();
        }
        return MemoryFile.of(boxes.toByteArray());
    }

    @Test
    void quickTime_editsStz2AndSignedOffsets() throws Exception {
        try (Mp4Reader reader = Mp4Reader.open(quickTime())) {
            assertEquals(Mp4State.PROGRESSIVE, reader.state());
            assertEquals(300, reader.tracks().get(0).start());
            Mp4TrackReader cursor = reader.track(1);
            long[] dts = {280, 300, 320, 330};
            long[] pts = {280, 300, 320, 320};
            boolean[] sync = {true, false, true, false};
            int[] sizes = {5, 6, 7, 8};
            for (int i = 0; i < 4; i++) {
                assertTrue(cursor.next());
                assertEquals(dts[i], cursor.dts());
                assertEquals(pts[i], cursor.pts());
                assertEquals(sync[i], cursor.sync());
                assertEquals(sizes[i], cursor.size());
            }
            assertFalse(cursor.next());
        }
    }

    @Test
    void quickTime_findsTheConfigurationInWave() throws Exception {
        try (Mp4Reader reader = Mp4Reader.open(quickTime())) {
            SampleDescription sound = reader.tracks().get(1).descriptions().get(0);
            assertEquals("esds", sound.configType());
            assertArrayEquals(new byte[] {0, 0, 0, 0, 3, 1, 2, 3}, sound.config());
            assertEquals(44_100, sound.sampleRate());
            Mp4TrackReader cursor = reader.track(2);
            assertTrue(cursor.next() && cursor.next());
            assertEquals(0, cursor.read().data().length);
        }
    }

    @Test
    void pcm_comesInGroupsOf20Milliseconds() throws Exception {
        try (Mp4Reader reader = Mp4Reader.open(quickTime())) {
            Mp4TrackReader cursor = reader.track(3);
            int[] sizes = {320, 320, 160, 200};
            long dts = 0;
            for (int size : sizes) {
                assertTrue(cursor.next());
                assertEquals(size, cursor.size());
                assertEquals(dts, cursor.dts());
                assertEquals(size / 2, cursor.duration());
                dts += size / 2;
            }
            assertFalse(cursor.next());
            cursor.seek(450, true);
            assertTrue(cursor.next());
            assertEquals(450, cursor.dts());
            assertEquals(100, cursor.size());
        }
    }

    @Test
    void oldFragments_areReadAndMadeOrdinary() throws Exception {
        MemoryFile file = oldFragments();
        assertEquals(Mp4State.FRAGMENTED, Mp4Probe.of(file).state());
        List<String> samples = Recordings.read(file);
        assertEquals(9, samples.size());
        byte[] second = Arrays.copyOfRange(Recordings.bytes(1, 30), 20, 30);
        assertTrue(samples.contains(Recordings.line(new Mp4Sample(5, 800, 0, 160, true, 0, second))));
        Mp4Summary summary = Mp4Repair.repair(file);
        assertEquals(180_000_000L, summary.durationNs());
        assertEquals(samples, Recordings.read(file));
        assertEquals(Mp4State.PROGRESSIVE, summary.state());
        assertEquals(Mp4State.PROGRESSIVE, Mp4Probe.of(file).state());
    }

    @Test
    void sampleOutsideTheFile_isItsOwnErrorOnly() throws Exception {
        byte[] image = quickTime().toByteArray();
        int stco = new String(image, StandardCharsets.ISO_8859_1).lastIndexOf("stco");
        image[stco + 12] = 0x7f;
        try (Mp4Reader reader = Mp4Reader.open(MemoryFile.of(image))) {
            Mp4TrackReader cursor = reader.track(3);
            assertTrue(cursor.next());
            assertFalse(cursor.inFile());
            assertThrows(MalformedException.class, cursor::read);
            assertTrue(cursor.next() && cursor.next() && cursor.next());
            cursor.read();
        }
        assertTrue(Mp4Probe.of(MemoryFile.of(image)).torn());
    }

    @Test
    void ordinaryFile_isLeftAsItIs() throws Exception {
        MemoryFile file = quickTime();
        byte[] before = file.toByteArray();
        assertFalse(Mp4Repair.repair(file).changed());
        assertArrayEquals(before, file.toByteArray());
    }

    @Test
    void noMovie_isRefused() {
        assertThrows(MalformedException.class, () -> Mp4Reader.open(MemoryFile.of(new byte[100])));
        assertThrows(MalformedException.class, () -> Mp4Reader.open(new MemoryFile()));
        assertThrows(
                MalformedException.class,
                () -> Mp4Repair.repair(MemoryFile.of("RIFFxxxxWAVE".repeat(9).getBytes(StandardCharsets.US_ASCII))));
    }
}
