package io.mediatool.core.mp4;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A sparse file in memory that can be full, and that can die in the middle of a write: after {@code killAfter} more bytes
 * everything fails, and what was written before stays.
 */
public final class MemoryFile implements Mp4File {
    private static final int PAGE = 4096;

    /** A write as it was asked for. */
    public record Write(long position, int length) {}

    private Map<Long, byte[]> pages = new HashMap<>();
    private long size;
    private long capacity = Long.MAX_VALUE;
    private long killAfter = Long.MAX_VALUE;
    private final List<Write> writes = new ArrayList<>();
    private @Nullable MemoryFile beside;

    public static MemoryFile of(byte[] content) {
        MemoryFile file = new MemoryFile();
        file.put(0, content, 0, content.length);
        return file;
    }

    public byte[] toByteArray() {
        byte[] all = new byte[(int) size];
        read(0, all, 0, all.length);
        return all;
    }

    /** The disk has room for files of this size. */
    public MemoryFile capacity(long bytes) {
        capacity = bytes;
        return this;
    }

    /** The machine dies after this many more bytes. */
    public MemoryFile killAfter(long bytes) {
        killAfter = bytes;
        return this;
    }

    /** All writes so far. */
    public List<Write> writes() {
        return writes;
    }

    /** What is left on the disk after a death. */
    public MemoryFile survivor() {
        return of(toByteArray());
    }

    /** Puts bytes anywhere, beside the faults. */
    public void put(long position, byte[] source, int offset, int length) {
        for (int done = 0; done < length; ) {
            long at = position + done;
            byte[] page = pages.computeIfAbsent(at / PAGE, key -> new byte[PAGE]);
            int in = (int) (at % PAGE);
            int count = Math.min(PAGE - in, length - done);
            System.arraycopy(source, offset + done, page, in, count);
            done += count;
        }
        size = Math.max(size, position + length);
    }

    @Override
    public long size() {
        return size;
    }

    @Override
    public int read(long position, byte[] target, int offset, int length) {
        int count = (int) Math.max(0, Math.min(length, size - position));
        for (int done = 0; done < count; ) {
            long at = position + done;
            byte[] page = pages.get(at / PAGE);
            int in = (int) (at % PAGE);
            int step = Math.min(PAGE - in, count - done);
            if (page == null) {
                Arrays.fill(target, offset + done, offset + done + step, (byte) 0);
            } else {
                System.arraycopy(page, in, target, offset + done, step);
            }
            done += step;
        }
        return count;
    }

    @Override
    public void write(long position, ByteBuffer... sources) throws IOException {
        alive();
        long at = position;
        int total = 0;
        for (ByteBuffer source : sources) {
            byte[] bytes = new byte[source.remaining()];
            source.get(bytes);
            int allowed = (int) Math.min(bytes.length, Math.min(Math.max(0, capacity - at), killAfter));
            // Four bytes in place are the one thing that is trusted to arrive whole or not at all.
            allowed = allowed < bytes.length && bytes.length <= 4 ? 0 : allowed;
            killAfter = allowed == 0 && bytes.length > 0 && killAfter < 4 ? 0 : killAfter;
            put(at, bytes, 0, allowed);
            if (killAfter != Long.MAX_VALUE) {
                killAfter -= allowed;
            }
            if (allowed < bytes.length) {
                alive();
                throw new IOException("No space left on device");
            }
            at += allowed;
            total += allowed;
        }
        writes.add(new Write(position, total));
    }

    private void alive() throws IOException {
        if (killAfter == 0) {
            throw new IOException("killed");
        }
    }

    @Override
    public void truncate(long newSize) throws IOException {
        alive();
        if (newSize < size) {
            MemoryFile cut = new MemoryFile();
            byte[] page = new byte[PAGE];
            for (long key : List.copyOf(pages.keySet())) {
                long start = key * PAGE;
                if (start < newSize) {
                    int count = read(start, page, 0, (int) Math.min(PAGE, newSize - start));
                    cut.put(start, page, 0, count);
                }
            }
            pages = cut.pages;
            size = newSize;
        }
    }

    @Override
    public void force() throws IOException {
        alive();
    }

    @Override
    public Mp4File beside() throws IOException {
        alive();
        MemoryFile made = new MemoryFile().capacity(capacity);
        made.killAfter = killAfter;
        beside = made;
        return made;
    }

    @Override
    public void becomes(Mp4File replacement) throws IOException {
        if (replacement != beside) {
            throw new IllegalArgumentException("not made beside this file");
        }
        ((MemoryFile) replacement).alive();
        alive();
        pages = ((MemoryFile) replacement).pages;
        size = replacement.size();
    }

    @Override
    public void close() {
        // Content stays to be looked at.
    }
}
