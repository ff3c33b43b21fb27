package io.mediatool.core.mp4.movie;

import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.mp4.box.FileWindow;
import java.io.IOException;

/** Walks a table of (count, value) pairs: {@code stts} and {@code ctts}. */
final class RunLength {
    private final FileWindow file;
    private final Table table;
    private long entry;
    private long left;
    private int value;

    RunLength(FileWindow file, Table table) {
        this.file = file;
        this.table = table;
    }

    /** Makes the entry of the next sample current; false when the table has ended. */
    boolean ready() throws IOException, MalformedException {
        while (left == 0) {
            if (entry == table.count()) {
                return false;
            }
            long at = table.position() + entry * 8;
            left = file.u32(at);
            value = file.i32(at + 4);
            entry++;
        }
        return true;
    }

    /** Value of the current entry; the last one stays behind the end. */
    int value() {
        return value;
    }

    /** How many more samples the current entry covers. */
    long left() {
        return left;
    }

    void take(long samples) {
        left -= Math.min(left, samples);
    }

    /** Starts anew, {@code samples} further. */
    void moveTo(long samples) throws IOException, MalformedException {
        entry = 0;
        left = 0;
        value = 0;
        long skip = samples;
        while (skip > 0 && ready()) {
            long step = Math.min(left, skip);
            left -= step;
            skip -= step;
        }
    }
}
