package io.mediatool.core.mp4.movie;

import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.mp4.box.Box;
import io.mediatool.core.mp4.box.FileWindow;
import java.io.IOException;

/**
 * A table of fixed-size entries, where it lies in the file.
 *
 * @param position of the first entry
 * @param count of entries; they lie inside their box and inside the file
 */
record Table(long position, long count) {
    static final Table EMPTY = new Table(0, 0);

    /** The table of a full box whose 32-bit entry count stands {@code fieldBytes} behind version and flags. */
    static Table of(FileWindow file, Box box, int fieldBytes, int entryBits) throws IOException, MalformedException {
        long count = file.u32(box.payload() + 4 + fieldBytes);
        long position = box.payload() + 8 + fieldBytes;
        if ((count * entryBits + 7) / 8 > box.end() - position) {
            throw new MalformedException("table larger than its box", box.start());
        }
        return new Table(position, count);
    }
}
