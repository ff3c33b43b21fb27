package io.mediatool.ingest.elementary;

import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.codec.Codec;
import io.mediatool.core.codec.Depacketizer;
import io.mediatool.core.codec.MediaFrame;
import io.mediatool.core.codec.nal.AccessUnitAssembler;
import io.mediatool.core.codec.nal.NalUnits;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;

/**
 * Cuts an Annex B byte stream into access units and gives them their times. A PES packet may hold one access unit (what most
 * senders do), several, or a part; its time is that of the first one that begins in it (ISO/IEC 13818-1 §2.4.3.7).
 */
public final class NalStream implements ElementaryStream {
    private static final int MAX_BYTES = 16 << 20;
    private static final int MAX_MARKS = 4096;
    private static final long FIRST_PERIOD = 3600;
    private static final int CLOCK_RATE = 90_000;

    /** Times of the packet whose payload begins at {@code offset}. */
    private record Mark(long offset, long pts, long dts) {
        Mark back(long bytes) {
            return new Mark(offset - bytes, pts, dts);
        }
    }

    private final UnitBorders borders;
    private final AccessUnitAssembler assembler;
    private final ProgramClock clock;
    private final Sink sink;
    private final TimeJump jump = new TimeJump();
    private final ArrayDeque<Mark> marks = new ArrayDeque<>();
    private final List<Integer> holes = new ArrayList<>();
    private byte[] data = new byte[4096];
    private int size;
    private int scanned;
    private boolean sliceSeen;
    private boolean timesKnown;
    private long lastDts;
    private long markedDts;
    private int unitsSinceMark;
    private long period = FIRST_PERIOD;
    private long badUnits;
    private boolean lostWhole;

    /**
     * @param codec H264 or H265
     * @param assembler of that codec; owned by this machine
     * @param clock shared by the streams of a program
     */
    public NalStream(Codec codec, AccessUnitAssembler assembler, ProgramClock clock, Sink sink) {
        this.borders = new UnitBorders(codec == Codec.H265);
        this.assembler = assembler;
        this.clock = clock;
        this.sink = sink;
    }

    @Override
    public void onPes(PesPacket packet) {
        if (size + packet.length() > MAX_BYTES || marks.size() >= MAX_MARKS) {
            badUnits++;
            forget();
            lostWhole = true;
        }
        if (packet.pts() != ProgramClock.NONE) {
            long pts = clock.unwrap(packet.pts());
            marks.add(new Mark(size, pts, ProgramClock.dts(pts, packet.dts())));
        }
        if (size + packet.length() > data.length) {
            data = Arrays.copyOf(data, Math.max(size + packet.length(), data.length * 2));
        }
        System.arraycopy(packet.data(), packet.offset(), data, size, packet.length());
        for (int hole : packet.holes()) {
            holes.add(size + Math.min(hole, packet.length()));
        }
        size += packet.length();
        scan();
    }

    @Override
    public void onNextPes(byte[] next, int offset, int length) {
        if (sliceSeen && borders.startsUnit(next, offset, offset + length)) {
            cut(size);
        }
    }

    @Override
    public void onClockRestart() {
        jump.announce();
    }

    @Override
    public void flush() {
        if (size > 0) {
            cut(size);
        }
    }

    @Override
    public long badUnits() {
        return badUnits;
    }

    private void scan() {
        int at = scanned;
        while (true) {
            at = borders.nextStartCode(data, at, size);
            if (size - at < UnitBorders.LOOK_BYTES) {
                break;
            }
            if (sliceSeen && borders.beginsUnit(data, at)) {
                int end = at > 0 && data[at - 1] == 0 ? at - 1 : at; // the zero byte of a long start code
                cut(end);
                at -= end;
            }
            sliceSeen |= borders.isSlice(data, at);
            at += 3;
        }
        scanned = at;
    }

    /** The bytes up to {@code end} are an access unit. */
    private void cut(int end) {
        Mark times = times();
        Depacketizer.Listener frames = frame -> deliver(frame, times);
        assembler.begin(times.pts(), frames);
        boolean damaged = lostWhole || holes.stream().anyMatch(hole -> hole <= end);
        lostWhole = false;
        try {
            NalUnits.forEachAnnexB(data, 0, end, this::addWhole);
        } catch (MalformedException e) {
            badUnits++;
            damaged = true;
        }
        if (damaged) {
            assembler.loss();
        }
        assembler.flush(frames);
        drop(end);
    }

    /** A NAL unit with a hole in it, or at its end, is none. */
    private void addWhole(byte[] bytes, int offset, int length) throws MalformedException {
        for (int hole : holes) {
            if (hole > offset - 3 && hole <= offset + length) {
                badUnits++;
                return;
            }
        }
        assembler.nal(bytes, offset, length);
    }

    private void deliver(MediaFrame frame, Mark times) {
        sink.onFrame(new TimedFrame(frame, CLOCK_RATE, times.pts(), times.dts(), jump.at(times.dts())));
    }

    /** The times of the access unit at the front: its packet's when it is the first to begin there, else one period on. */
    private Mark times() {
        Mark last = null;
        while (!marks.isEmpty() && marks.peek().offset() <= 0) {
            last = marks.poll();
        }
        unitsSinceMark++;
        if (last != null) {
            if (timesKnown && last.dts() > markedDts && last.dts() - markedDts < CLOCK_RATE * 10L) {
                period = Math.max(1, (last.dts() - markedDts) / unitsSinceMark);
            }
            markedDts = last.dts();
            unitsSinceMark = 0;
            lastDts = last.dts();
        } else {
            // H.264 §D.2.2 could say more of fields and repeats; senders that care give every unit its own packet.
            lastDts += period;
            last = new Mark(0, lastDts, lastDts);
        }
        timesKnown = true;
        return last;
    }

    private void drop(int bytes) {
        System.arraycopy(data, bytes, data, 0, size - bytes);
        size -= bytes;
        scanned = Math.max(0, scanned - bytes);
        sliceSeen = false;
        for (int i = marks.size(); i > 0; i--) {
            marks.add(marks.remove().back(bytes));
        }
        Iterator<Integer> old = List.copyOf(holes).iterator();
        holes.clear();
        old.forEachRemaining(hole -> {
            if (hole > bytes) {
                holes.add(hole - bytes);
            }
        });
        if (data.length > 1 << 20 && size < 4096) {
            data = Arrays.copyOf(data, 1 << 16); // one huge picture does not keep its memory for ever
        }
    }

    private void forget() {
        size = 0;
        scanned = 0;
        sliceSeen = false;
        marks.clear();
        holes.clear();
    }
}
