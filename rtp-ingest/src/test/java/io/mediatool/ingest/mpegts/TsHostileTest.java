package io.mediatool.ingest.mpegts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mediatool.core.bits.Hostility;
import io.mediatool.ingest.elementary.TimedFrame;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What is broken is skipped and counted; nothing escapes. */
final class TsHostileTest {
    private static final List<String> FIXTURES =
            List.of("ffmpeg-h264-aac.ts", "ffmpeg-h265-opus.ts", "ffmpeg-latm.ts", "vlc-h264-aac.ts");

    @Test
    void survivesEveryPrefixOfAPacket() throws Exception {
        for (String name : FIXTURES) {
            byte[] data = TsRecorder.fixture(name);
            for (int end = 0; end < 20 * 188; end++) {
                TsDemuxer demuxer = new TsDemuxer(new TsRecorder());
                demuxer.feed(data, 0, end);
                demuxer.flush();
                assertEquals(end / 188, demuxer.statistics().packets());
            }
        }
    }

    @Test
    void survivesMutations() throws Exception {
        long seed = 0x13818;
        Random random = new Random(seed);
        for (String name : FIXTURES) {
            byte[] data = TsRecorder.fixture(name);
            TsDemuxer demuxer = new TsDemuxer(new CountingListener());
            for (int round = 0; round < Hostility.rounds(25_000); round++) {
                int packets = 1 + random.nextInt(8);
                int from = 188 * random.nextInt(Math.max(1, data.length / 188 - packets));
                byte[] mutated = new byte[188 * packets];
                System.arraycopy(data, from, mutated, 0, mutated.length);
                for (int i = random.nextInt(6); i > 0; i--) {
                    // Headers matter most: half of the changes hit the first bytes of a packet.
                    int at = random.nextBoolean()
                            ? 188 * random.nextInt(packets) + 1 + random.nextInt(30)
                            : random.nextInt(mutated.length);
                    mutated[at] =
                            (byte) (random.nextBoolean() ? random.nextInt() : mutated[at] ^ 1 << random.nextInt(8));
                }
                try {
                    demuxer.feed(mutated, 0, mutated.length - random.nextInt(2) * random.nextInt(188));
                    if (random.nextInt(100) == 0) {
                        demuxer.flush();
                    }
                } catch (RuntimeException escaped) {
                    throw new AssertionError(name + " seed " + seed + " round " + round, escaped);
                }
                assertTrue(demuxer.streams().size() <= TsDemuxer.MAX_STREAMS);
            }
            assertTrue(demuxer.statistics().frames() > 0);
        }
    }

    @Test
    void survivesNoise() {
        long seed = 47;
        Random random = new Random(seed);
        TsDemuxer demuxer = new TsDemuxer(new CountingListener());
        for (int round = 0; round < Hostility.rounds(20_000); round++) {
            byte[] noise = new byte[random.nextInt(1500)];
            random.nextBytes(noise);
            if (random.nextBoolean()) {
                for (int at = 0; at < noise.length; at += 188) {
                    noise[at] = 0x47;
                }
            }
            demuxer.feed(noise, 0, noise.length);
        }
        assertEquals(0, demuxer.statistics().frames());
        assertTrue(demuxer.streams().isEmpty());
    }

    @Test
    void boundsProgramsAndStreams() {
        TsRecorder recorder = new TsRecorder();
        TsDemuxer demuxer = new TsDemuxer(recorder);
        TsMaker maker = new TsMaker();
        for (int program = 1; program < 100; program++) {
            byte[] association = maker.association(program, 100 + program);
            demuxer.feed(association, 0, association.length);
        }
        for (int program = 1; program < 100; program++) {
            int[] streams = new int[60];
            for (int i = 0; i < 30; i++) {
                streams[2 * i] = 0x1b;
                streams[2 * i + 1] = 1000 + 100 * program + i;
            }
            byte[] map = maker.map(program, 100 + program, streams);
            demuxer.feed(map, 0, map.length);
        }
        assertEquals(TsDemuxer.MAX_STREAMS, demuxer.streams().size());
    }

    @Test
    void tablesNeedTheirChecksum() {
        TsMaker maker = new TsMaker();
        byte[] association = maker.association(1, 100);
        association[16] ^= 1;
        byte[] map = maker.map(1, 100, 0x1b, 200);
        TsRecorder recorder = new TsRecorder();
        TsDemuxer demuxer = new TsDemuxer(recorder);
        demuxer.feed(association, 0, 188);
        demuxer.feed(map, 0, 188);
        assertTrue(recorder.streams.isEmpty());
        assertEquals(1, demuxer.statistics().badSections());
    }

    @Test
    void namesWhatIsNotSupportedAndFollowsTheMap() {
        TsMaker maker = new TsMaker();
        TsRecorder recorder = new TsRecorder();
        TsDemuxer demuxer = new TsDemuxer(recorder);
        for (byte[] packet : List.of(
                maker.association(1, 100),
                maker.map(1, 100, 0x02, 200, 0x81, 201, 0x04, 202, 0x99, 203),
                maker.map(1, 100, 0x1b, 200, 0x81, 201))) {
            demuxer.feed(packet, 0, packet.length);
        }
        assertEquals(
                List.of(
                        "stream 200 MPEG-2 video",
                        "stream 201 AC-3",
                        "stream 202 MPEG audio (MP2)",
                        "stream 203 stream type 0x99",
                        "ended 200",
                        "ended 202",
                        "ended 203",
                        "stream 200 H.264"),
                recorder.events);
    }

    @Test
    void saysOnceThatAStreamIsScrambled() {
        TsMaker maker = new TsMaker();
        TsRecorder recorder = new TsRecorder();
        TsDemuxer demuxer = new TsDemuxer(recorder);
        byte[] association = maker.association(1, 100);
        byte[] map = maker.map(1, 100, 0x1b, 200);
        demuxer.feed(association, 0, 188);
        demuxer.feed(map, 0, 188);
        for (int i = 0; i < 3; i++) {
            byte[] packet = maker.packet(200, new byte[184], true);
            packet[3] |= (byte) 0x80;
            demuxer.feed(packet, 0, 188);
        }
        assertEquals(List.of("stream 200 H.264", "scrambled 200"), recorder.events);
        assertEquals(3, demuxer.statistics().scrambled());
        assertFalse(demuxer.streams().isEmpty());
    }

    /** Keeps nothing, so that memory is what the demuxer holds. */
    private static final class CountingListener implements TsListener {
        @Override
        public void onStream(TsStream stream) {}

        @Override
        public void onFrame(TsStream stream, TimedFrame frame) {
            assertTrue(frame.frame().data().length > 0);
        }
    }
}
