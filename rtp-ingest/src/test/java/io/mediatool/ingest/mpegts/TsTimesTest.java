package io.mediatool.ingest.mpegts;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mediatool.core.bits.ByteWriter;
import io.mediatool.ingest.elementary.TimedFrame;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Times and borders of access units, on streams made by hand: H.264 slices that say no more than where they start. */
final class TsTimesTest {
    private static final int PID = 200;
    private static final long WRAP = 1L << 33;

    private final TsMaker maker = new TsMaker();
    private final TsRecorder recorder = new TsRecorder();
    private final TsDemuxer demuxer = new TsDemuxer(recorder);

    TsTimesTest() {
        feed(maker.association(1, 100));
        feed(maker.map(1, 100, 0x1b, PID));
    }

    private void feed(byte[] data) {
        demuxer.feed(data, 0, data.length);
    }

    /** A delimiter, then {@code slices} slices of {@code bytes} bytes that all carry {@code mark}. */
    private static byte[] unit(int mark, int slices, int bytes) {
        ByteWriter out = new ByteWriter(64).u32(1).u8(0x09).u8(0xf0);
        for (int i = 0; i < slices; i++) {
            // first_mb_in_slice 0 is the bit 1; then slice_type 0 and PPS 0 are 1 and 1.
            out.u24(1).u8(0x41).u8(i == 0 ? 0xe0 : 0x5c);
            for (int n = 0; n < bytes; n++) {
                out.u8(mark);
            }
        }
        return out.toByteArray();
    }

    private static byte[] join(byte[] first, byte[] second) {
        return new ByteWriter(64).bytes(first).bytes(second).toByteArray();
    }

    private List<Long> times() {
        List<Long> times = new ArrayList<>();
        for (TimedFrame frame : recorder.frames) {
            times.add(frame.pts());
        }
        return times;
    }

    @Test
    void unwrapsTimes() {
        for (int i = 0; i < 4; i++) {
            long pts = (WRAP - 7200 + 3600L * i) % WRAP;
            feed(maker.pes(PID, pts, (pts - 3600 + WRAP) % WRAP, unit(i + 1, 2, 300)));
        }
        demuxer.flush();
        assertEquals(List.of(2 * WRAP - 7200, 2 * WRAP - 3600, 2 * WRAP, 2 * WRAP + 3600), times());
        for (TimedFrame frame : recorder.frames) {
            assertEquals(frame.pts() - 3600, frame.dts());
            assertEquals(false, frame.discontinuity());
        }
    }

    @Test
    void deliversAUnitAsSoonAsTheNextPacketBegins() {
        feed(maker.pes(PID, 3600, 3600, unit(1, 1, 100)));
        assertEquals(0, recorder.frames.size());
        feed(maker.pes(PID, 7200, 7200, unit(2, 1, 100)));
        assertEquals(1, recorder.frames.size());
    }

    @Test
    void severalUnitsOfOnePacketFollowByThePeriod() {
        long at = 90_000;
        for (int i = 0; i < 3; i++) {
            feed(maker.pes(PID, at + 6000L * i, at + 6000L * i, join(unit(1, 1, 50), unit(2, 1, 50))));
        }
        demuxer.flush();
        // The first packet's second unit is a guess at 25 a second; then the period of 3000 is known.
        assertEquals(
                List.of(
                        WRAP + at,
                        WRAP + at + 3600,
                        WRAP + at + 6000,
                        WRAP + at + 9000,
                        WRAP + at + 12_000,
                        WRAP + at + 15_000),
                times());
    }

    @Test
    void aUnitMaySpanPackets() {
        byte[] first = unit(1, 2, 400);
        byte[] both = join(first, unit(2, 1, 100));
        byte[] head = Arrays.copyOf(both, 500);
        byte[] tail = Arrays.copyOfRange(both, 500, both.length);
        feed(maker.pes(PID, 3600, 3600, head));
        feed(maker.pes(PID, 7200, 7200, tail)); // the time of the unit that begins in it, not of the rest of the first
        demuxer.flush();
        assertEquals(List.of(WRAP + 3600, WRAP + 7200), times());
        int sliceBytes = 4 + 2 + 400;
        assertEquals(4 + 2 + 2 * sliceBytes, recorder.frames.get(0).frame().data().length);
        assertEquals(false, recorder.frames.get(0).frame().damaged());
    }

    @Test
    void aJumpOfTheClockIsSaid() {
        feed(maker.pes(PID, 900_000_000, 900_000_000, unit(1, 1, 50)));
        feed(maker.pes(PID, 3600, 3600, unit(2, 1, 50)));
        feed(maker.pes(PID, 7200, 7200, unit(3, 1, 50)));
        byte[] restart = maker.pes(PID, 10_800, 10_800, unit(4, 1, 50));
        restart[5] |= (byte) 0x80; // discontinuity_indicator on the PID of the clock
        feed(restart);
        demuxer.flush();
        assertEquals(
                List.of(false, true, false, true),
                recorder.frames.stream().map(TimedFrame::discontinuity).toList());
    }
}
