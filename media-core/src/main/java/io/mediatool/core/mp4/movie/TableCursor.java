package io.mediatool.core.mp4.movie;

import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.mp4.box.FileWindow;
import java.io.IOException;

/**
 * Samples of a {@code moov}'s tables, each table walked through a window of its own. Where samples are as small as PCM stored
 * one frame a sample, one step takes a group of them.
 */
final class TableCursor implements SampleCursor {
    private static final int WINDOW_BYTES = 4096;

    private final SampleTables tables;
    private final long group;
    private final FileWindow sizes;
    private final FileWindow syncs;
    private final RunLength times;
    private final RunLength offsets;
    private final ChunkWalk chunks;
    private final SamplePoint point = new SamplePoint();
    private long sample;
    private long dts;
    private long leftInChunk;
    private long position;
    private boolean chunkStart;
    private long sync;

    /**
     * A cursor before the first sample.
     *
     * @param group how many samples of fixed size one step may take, at least 1
     */
    TableCursor(FileWindow file, SampleTables tables, long group) {
        this.tables = tables;
        this.group = group;
        sizes = file.another(WINDOW_BYTES);
        syncs = file.another(WINDOW_BYTES);
        times = new RunLength(file.another(WINDOW_BYTES), tables.times());
        offsets = new RunLength(file.another(WINDOW_BYTES), tables.offsets());
        chunks = new ChunkWalk(file.another(WINDOW_BYTES), file.another(WINDOW_BYTES), tables);
    }

    @Override
    public SamplePoint sample() {
        return point;
    }

    @Override
    public boolean next() throws IOException, MalformedException {
        if (sample >= tables.samples()) {
            return false;
        }
        if (leftInChunk == 0) {
            if (!chunks.next()) {
                return false;
            }
            leftInChunk = chunks.samples();
            position = chunks.position();
            chunkStart = true;
        }
        long count = 1;
        // A duration of one unit tells PCM from coded frames that happen to have one size.
        if (times.ready() && times.value() == 1 && group > 1) {
            count = Math.min(Math.min(group, leftInChunk), Math.min(times.left(), tables.samples() - sample));
        }
        point.dts = dts;
        point.duration = (times.value() & 0xffff_ffffL) * count;
        point.ctsOffset = offsets.ready() ? offsets.value() : 0;
        point.sync = isSync();
        point.description = chunks.description();
        point.position = position;
        point.size = size(count);
        point.chunkStart = chunkStart;
        step(count);
        return true;
    }

    private void step(long count) {
        times.take(count);
        offsets.take(count);
        dts += point.duration;
        position += point.size;
        sample += count;
        leftInChunk -= count;
        chunkStart = false;
    }

    private int size(long count) throws IOException, MalformedException {
        long size = tables.fixedSize() > 0 ? tables.fixedSize() * count : sizeOf(sample);
        if (size > Integer.MAX_VALUE - 64) {
            throw new MalformedException("sample too large", point.position);
        }
        return (int) size;
    }

    private long sizeOf(long index) throws IOException, MalformedException {
        long at = tables.sizes().position();
        return switch (tables.sizeBits()) {
            case 4 -> sizes.u8(at + index / 2) >> ((index & 1) == 0 ? 4 : 0) & 0xf;
            case 8 -> sizes.u8(at + index);
            case 16 -> sizes.u16(at + index * 2);
            default -> sizes.u32(at + index * 4);
        };
    }

    private boolean isSync() throws IOException, MalformedException {
        if (tables.allSync()) {
            return true;
        }
        while (sync < tables.syncs().count() && syncAt(sync) <= sample) {
            if (syncAt(sync) == sample) {
                return true;
            }
            sync++;
        }
        return false;
    }

    /** Entry of {@code stss}, counted from 0. */
    private long syncAt(long entry) throws IOException, MalformedException {
        return syncs.u32(tables.syncs().position() + entry * 4) - 1;
    }

    /** Media time behind the last sample, by {@code stts}. */
    long endTime() throws IOException, MalformedException {
        long time = timeOf(tables.samples());
        moveTo(0, 0);
        return time;
    }

    @Override
    public boolean seek(long target, boolean previousSync) throws IOException, MalformedException {
        if (target < 0 || tables.samples() == 0) {
            moveTo(0, 0);
            return false;
        }
        times.moveTo(0);
        long index = 0;
        long time = 0;
        while (index < tables.samples() && times.ready()) {
            long delta = times.value() & 0xffff_ffffL;
            long count = Math.min(times.left(), tables.samples() - index);
            if (delta > 0 && (target - time) / delta < count) {
                index += (target - time) / delta;
                break;
            }
            time += delta * count;
            index += count;
            times.take(count);
        }
        index = Math.min(index, tables.samples() - 1);
        long start = previousSync ? syncBefore(index) : index;
        moveTo(Math.max(0, start), timeOf(Math.max(0, start)));
        return start >= 0;
    }

    /** The last sync sample at or before {@code index}, or -1. */
    private long syncBefore(long index) throws IOException, MalformedException {
        if (tables.allSync()) {
            return index;
        }
        long low = 0;
        long high = tables.syncs().count();
        while (low < high) {
            long middle = (low + high) >>> 1;
            if (syncAt(middle) <= index) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low == 0 ? -1 : Math.max(0, syncAt(low - 1));
    }

    private long timeOf(long index) throws IOException, MalformedException {
        times.moveTo(0);
        long time = 0;
        for (long left = index; left > 0; ) {
            long step = times.ready() ? Math.min(left, times.left()) : left;
            time += (times.value() & 0xffff_ffffL) * step;
            times.take(step);
            left -= step;
        }
        return time;
    }

    private void moveTo(long index, long time) throws IOException, MalformedException {
        sample = index;
        dts = time;
        sync = 0;
        times.moveTo(index);
        offsets.moveTo(index);
        long before = chunks.moveTo(index);
        if (before < 0) {
            sample = tables.samples();
            return;
        }
        leftInChunk = chunks.samples() - before;
        position = chunks.position();
        chunkStart = before == 0;
        if (tables.fixedSize() > 0) {
            position += tables.fixedSize() * before;
        } else {
            for (long i = index - before; i < index; i++) {
                position += sizeOf(i);
            }
        }
    }
}
