package io.mediatool.core.mp4.write;

import io.mediatool.core.bits.ByteWriter;
import io.mediatool.core.mp4.Mp4File;
import io.mediatool.core.mp4.box.BoxWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Two regions of equal size behind the file's brands: one is the {@code moov} in force, the other {@code free}. A changed
 * movie is written into the free one; when the disk has it the box types change places, four bytes at a time, the new
 * {@code moov} first. A crash in between leaves the old movie, or both, and both are right as no fragment needs the new one yet.
 */
final class InitRegions {
    static final int REGION_BYTES = 16 * 1024;
    private static final byte[] MOOV = "moov".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] FREE = "free".getBytes(StandardCharsets.US_ASCII);

    private final Mp4File file;
    private final long first;
    private final int bytes;
    private int active;

    /**
     * Regions at {@code first}, each large enough for twice the initial movie.
     *
     * @param initial that movie
     */
    InitRegions(Mp4File file, long first, BoxWriter initial) {
        this.file = file;
        this.first = first;
        this.bytes = Math.max(REGION_BYTES, (int) (initial.size() * 2 + 4095) / 4096 * 4096);
    }

    /** End of both. */
    long end() {
        return first + 2L * bytes;
    }

    /** Whether a movie of {@code size} bytes can be written. */
    boolean fits(long size) {
        return size <= bytes - 8;
    }

    /** The first content of both. */
    void initial(ByteWriter out, BoxWriter movie) {
        out.bytes(padded(movie));
        out.u32(bytes).bytes(FREE).zeros(bytes - 8);
    }

    /** Puts {@code movie} into force. */
    void replace(BoxWriter movie) throws IOException {
        long old = first + (long) active * bytes;
        long next = first + (1L - active) * bytes;
        byte[] content = padded(movie);
        file.write(next + 8, ByteBuffer.wrap(content, 8, bytes - 8));
        file.force();
        file.write(next + 4, ByteBuffer.wrap(MOOV));
        file.force();
        file.write(old + 4, ByteBuffer.wrap(FREE));
        file.force();
        active = 1 - active;
    }

    /** The movie box, filled up to the region's size by a {@code free} box inside: the size never changes. */
    private byte[] padded(BoxWriter movie) {
        ByteWriter out = new ByteWriter(bytes);
        out.bytes(movie.toByteArray());
        out.setU32(0, bytes);
        int left = bytes - out.size();
        return out.u32(left).bytes(FREE).zeros(left - 8).toByteArray();
    }
}
