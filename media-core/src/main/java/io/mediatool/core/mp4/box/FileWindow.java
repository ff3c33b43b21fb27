package io.mediatool.core.mp4.box;

import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.mp4.Mp4File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Numbers at positions of a file, through one small buffer. The file's size is taken once, at the start. */
public final class FileWindow {
    private final Mp4File file;
    private final int capacity;
    private byte[] buffer = new byte[0];
    private final long size;
    private long start;
    private int filled;

    /** A window that reads {@code capacity} bytes at a time, at least 16. */
    public FileWindow(Mp4File file, int capacity) throws IOException {
        this(file, capacity, file.size());
    }

    private FileWindow(Mp4File file, int capacity, long size) {
        this.file = file;
        this.size = size;
        // Windows are many, and most of them are never looked through.
        this.capacity = (int) Math.min(Math.max(16, capacity), size);
    }

    /** A window of its own on the same file, of the same size. */
    public FileWindow another(int capacity) {
        return new FileWindow(file, capacity, size);
    }

    public Mp4File file() {
        return file;
    }

    /** The file's size when the first window on it was made. */
    public long size() {
        return size;
    }

    public int u8(long position) throws IOException, MalformedException {
        int at = need(position, 1);
        return buffer[at] & 0xff;
    }

    public int u16(long position) throws IOException, MalformedException {
        int at = need(position, 2);
        return (buffer[at] & 0xff) << 8 | buffer[at + 1] & 0xff;
    }

    public int i32(long position) throws IOException, MalformedException {
        int at = need(position, 4);
        return (buffer[at] & 0xff) << 24
                | (buffer[at + 1] & 0xff) << 16
                | (buffer[at + 2] & 0xff) << 8
                | buffer[at + 3] & 0xff;
    }

    public long u32(long position) throws IOException, MalformedException {
        return i32(position) & 0xffff_ffffL;
    }

    public long i64(long position) throws IOException, MalformedException {
        need(position, 8);
        return (long) i32(position) << 32 | u32(position + 4);
    }

    /** Four characters, one byte each. */
    public String fourCc(long position) throws IOException, MalformedException {
        int at = need(position, 4);
        return new String(buffer, at, 4, StandardCharsets.ISO_8859_1);
    }

    /** A copy of {@code length} bytes; allocated only when the file has them. */
    public byte[] bytes(long position, int length) throws IOException, MalformedException {
        if (position < 0 || length < 0 || length > size - position) {
            throw new MalformedException("truncated", position);
        }
        byte[] copy = new byte[length];
        bytes(position, copy, length);
        return copy;
    }

    /** Copies {@code length} bytes to the front of {@code target}. */
    public void bytes(long position, byte[] target, int length) throws IOException, MalformedException {
        if (length <= capacity) {
            int at = need(position, length);
            System.arraycopy(buffer, at, target, 0, length);
        } else if (file.read(position, target, 0, length) != length) {
            throw new MalformedException("truncated", position);
        }
    }

    private int need(long position, int count) throws IOException, MalformedException {
        if (position < 0 || count > size - position) {
            throw new MalformedException("truncated", position);
        }
        if (position < start || position + count > start + filled) {
            if (buffer.length == 0) {
                buffer = new byte[capacity];
            }
            start = position;
            filled = file.read(position, buffer, 0, (int) Math.min(buffer.length, size - position));
            if (filled < count) {
                throw new MalformedException("truncated", position);
            }
        }
        return (int) (position - start);
    }
}
