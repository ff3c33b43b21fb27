package io.mediatool.core.mp4.box;

import io.mediatool.core.bits.MalformedException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * A box header (ISO/IEC 14496-12 §4.2).
 *
 * <pre>
 * | size 32 | type 32 | [size 64 when size = 1] | payload …   size 0: up to the end of the file
 * </pre>
 *
 * @param type four characters
 * @param start of the header in the file
 * @param payload where the payload starts
 * @param end where the box says it ends; at the top level perhaps behind the end of the file
 */
public record Box(String type, long start, long payload, long end) {

    public boolean is(String fourCc) {
        return type.equals(fourCc);
    }

    public long size() {
        return end - start;
    }

    /** The box at {@code position} of the file, or null where none can be: too few bytes left, zeros, an impossible size. */
    public static @Nullable Box top(FileWindow file, long position) throws IOException, MalformedException {
        long left = file.size() - position;
        if (left < 8) {
            return null;
        }
        long size = file.u32(position);
        String type = file.fourCc(position + 4);
        if (size == 0) {
            // Zeros are what a file system shows where data never reached the disk.
            return file.i32(position + 4) == 0 ? null : new Box(type, position, position + 8, file.size());
        }
        if (size == 1) {
            if (left < 16) {
                return null;
            }
            long large = file.i64(position + 8);
            return large < 16 || large > Long.MAX_VALUE - position
                    ? null
                    : new Box(type, position, position + 16, position + large);
        }
        return size < 8 ? null : new Box(type, position, position + 8, position + size);
    }

    /**
     * The box at {@code position} inside a box that ends at {@code limit}, or null at its end. A rest of less than a header
     * and a box of size 0 (QuickTime's terminator of {@code udta}) count as the end.
     */
    public static @Nullable Box child(FileWindow file, long position, long limit)
            throws IOException, MalformedException {
        if (limit - position < 8 || file.u32(position) == 0) {
            return null;
        }
        Box box = top(file, position);
        if (box == null || box.end > limit) {
            throw new MalformedException("box larger than its parent", position);
        }
        return box;
    }

    /** The first child of type {@code fourCc}, or null. */
    public @Nullable Box find(FileWindow file, String fourCc) throws IOException, MalformedException {
        for (Box box = child(file, payload, end); box != null; box = child(file, box.end, end)) {
            if (box.is(fourCc)) {
                return box;
            }
        }
        return null;
    }

    /** {@link #find} for a box that must be there. */
    public Box need(FileWindow file, String fourCc) throws IOException, MalformedException {
        Box box = find(file, fourCc);
        if (box == null) {
            throw new MalformedException("box missing", start);
        }
        return box;
    }
}
