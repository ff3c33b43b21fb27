package io.mediatool.core.mp4.write;

import io.mediatool.core.bits.ByteWriter;
import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.mp4.Mp4File;
import io.mediatool.core.mp4.box.Box;
import io.mediatool.core.mp4.movie.MovieFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** The one {@code mdat} of an ordinary file. Changes in place go in steps of which each leaves a file that can be used. */
final class MediaHeader {
    static final int BYTES = 16;
    private static final byte[] MDAT = "mdat".getBytes(StandardCharsets.US_ASCII);

    private MediaHeader() {}

    /** Writes a header with a 64-bit size for a box from {@code start} to {@code end}. */
    static void write(Mp4File file, long start, long end) throws IOException {
        ByteWriter out = new ByteWriter(BYTES).u32(1).bytes(MDAT).i64(end - start);
        file.write(start, ByteBuffer.wrap(out.array(), 0, BYTES));
    }

    /** Copies {@code ftyp} to the front of {@code to}; returns its length. */
    static long copyBrands(MovieFile movie, Mp4File to) throws IOException, MalformedException {
        Box ftyp = Box.top(movie.file(), 0);
        if (ftyp == null || !ftyp.is("ftyp") || ftyp.size() > 4096) {
            return 0;
        }
        byte[] bytes = movie.file().bytes(0, (int) ftyp.size());
        to.write(0, ByteBuffer.wrap(bytes));
        return bytes.length;
    }

    /**
     * Hides everything up to {@code end} in one {@code mdat}. A final {@code moov} stands there and is on the disk.
     *
     * <pre>
     * placeholder   | 16 | free | 0        |  →  | 16 | free | size |  →  | 1 | mdat | size |
     * else, first   | n  | moov | mvhd …   |  →  | n  | mdat | mvhd …  |  →  | n | mdat | size |  →  | 1 | mdat | size |
     * media box
     * </pre>
     */
    static void hide(Mp4File file, MovieFile movie, long end) throws IOException {
        long placeholder = movie.placeholder();
        if (placeholder >= 0) {
            file.write(placeholder + 8, large(end - placeholder));
            file.force();
            ByteWriter header = new ByteWriter(16).u32(1).bytes(MDAT);
            file.write(placeholder, ByteBuffer.wrap(header.array(), 0, 8));
            file.force();
            return;
        }
        long start = movie.firstMedia();
        file.write(start + 4, ByteBuffer.wrap(MDAT));
        file.force();
        file.write(start + 8, large(end - start));
        file.force();
        ByteWriter one = new ByteWriter(16).u32(1);
        file.write(start, ByteBuffer.wrap(one.array(), 0, 4));
        file.force();
    }

    private static ByteBuffer large(long size) {
        return ByteBuffer.wrap(new ByteWriter(16).i64(size).array(), 0, 8);
    }
}
