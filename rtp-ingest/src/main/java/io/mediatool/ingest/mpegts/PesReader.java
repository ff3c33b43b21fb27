package io.mediatool.ingest.mpegts;

import io.mediatool.core.bits.ByteReader;
import io.mediatool.core.bits.ByteWriter;
import io.mediatool.core.bits.MalformedException;
import io.mediatool.ingest.elementary.ElementaryStream;
import io.mediatool.ingest.elementary.PesPacket;
import io.mediatool.ingest.elementary.ProgramClock;
import java.util.ArrayList;
import java.util.List;

/**
 * Puts the PES packets of one PID together (ISO/IEC 13818-1 §2.4.3.6).
 *
 * <pre>
 * | 00 00 01 | stream_id (8) | length (16) | 10 | flags (14): PTS (1), DTS (1) … | header bytes (8) | PTS (40) | DTS (40) … |
 * </pre>
 */
final class PesReader {
    static final int MAX_BYTES = 16 << 20;
    private static final int FIXED_BYTES = 6;
    private static final int FLAGGED_BYTES = 9;
    private static final int MAX_HOLES = 1024;

    private final TsCounters counters;
    private final ElementaryStream sink;
    private final ByteWriter buffer = new ByteWriter(4096);
    private final List<Integer> holes = new ArrayList<>();
    private boolean open;
    private boolean clockRestarts;

    PesReader(TsCounters counters, ElementaryStream sink) {
        this.counters = counters;
        this.sink = sink;
    }

    void onPayload(byte[] data, int offset, int length, boolean start) {
        if (start) {
            finish();
            int header = headerBytes(data, offset, length);
            if (header < length) {
                sink.onNextPes(data, offset + header, length - header);
            }
            if (clockRestarts) {
                clockRestarts = false;
                sink.onClockRestart();
            }
            open = true;
        } else if (!open) {
            return; // joined in the middle, or filler after a packet of known length
        }
        if (buffer.size() + length > MAX_BYTES) {
            counters.badPes++;
            abandon();
            return;
        }
        buffer.bytes(data, offset, length);
        int declared = declaredBytes();
        if (declared > 0 && buffer.size() >= declared) {
            finish();
        }
    }

    /** Packets of this PID are missing. */
    void onLoss() {
        if (open && holes.size() < MAX_HOLES) {
            holes.add(buffer.size());
        }
    }

    /** The packet that begins next has times of a new clock. */
    void onClockRestart() {
        clockRestarts = true;
    }

    /** Passes on what there is, and what waits behind. */
    void flush() {
        finish();
        sink.flush();
    }

    ElementaryStream stream() {
        return sink;
    }

    private void abandon() {
        open = false;
        buffer.reset();
        holes.clear();
    }

    private int declaredBytes() {
        if (buffer.size() < FIXED_BYTES) {
            return 0;
        }
        byte[] data = buffer.array();
        int length = (data[4] & 0xff) << 8 | data[5] & 0xff;
        return length == 0 ? 0 : FIXED_BYTES + length; // 0: unbounded, until the next one starts
    }

    private static int headerBytes(byte[] data, int offset, int length) {
        return length < FLAGGED_BYTES ? length : FLAGGED_BYTES + (data[offset + 8] & 0xff);
    }

    private void finish() {
        if (open && buffer.size() > 0) {
            try {
                read();
            } catch (MalformedException e) {
                counters.badPes++;
            }
        }
        abandon();
    }

    private void read() throws MalformedException {
        int declared = declaredBytes();
        int size = declared > 0 ? Math.min(declared, buffer.size()) : buffer.size();
        ByteReader reader = new ByteReader(buffer.array(), 0, size);
        if (reader.u24() != 1) {
            throw new MalformedException("ts: no PES start code", 0);
        }
        if (!hasFlags(reader.u8())) {
            return; // padding, maps and other private things
        }
        reader.skip(2);
        int flags = reader.u16();
        if (flags >> 14 != 2) {
            throw new MalformedException("ts: PES header is not of MPEG-2", FIXED_BYTES);
        }
        ByteReader header = reader.slice(reader.u8());
        long pts = ProgramClock.NONE;
        long dts = ProgramClock.NONE;
        if ((flags & 0x80) != 0) {
            pts = time(header);
            dts = (flags & 0x40) != 0 ? time(header) : pts;
        }
        int from = reader.position();
        if (declared > buffer.size() && buffer.size() > 0) {
            holes.add(buffer.size()); // it ended before its length
        }
        int[] within = holes.stream().mapToInt(hole -> Math.max(0, hole - from)).toArray();
        sink.onPes(new PesPacket(buffer.array(), from, size - from, pts, dts, within));
    }

    /** 4 bits, 3 bits, marker, 15 bits, marker, 15 bits, marker. */
    private static long time(ByteReader header) throws MalformedException {
        long high = header.u8() >> 1 & 7;
        long middle = header.u16() >> 1;
        return high << 30 | middle << 15 | header.u16() >> 1;
    }

    /** Table 2-21: these stream ids have no flags and no times. */
    private static boolean hasFlags(int streamId) {
        return switch (streamId) {
            case 0xbc, 0xbe, 0xbf, 0xf0, 0xf1, 0xf2, 0xf8, 0xff -> false;
            default -> true;
        };
    }
}
