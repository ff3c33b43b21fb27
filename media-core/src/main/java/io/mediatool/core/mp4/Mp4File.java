package io.mediatool.core.mp4;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/**
 * The file under a reader or a writer: bytes at positions. Tests put memory, full disks and crashes
 * behind it. One thread at a time.
 */
public interface Mp4File extends Closeable {

    /** Opens an existing file to read. */
    static Mp4File open(Path path) throws IOException {
        return ChannelFile.open(path);
    }

    /**
     * Opens an existing file to read and to change in place.
     *
     * @throws IOException also when a recording into it is going on
     */
    static Mp4File edit(Path path) throws IOException {
        return ChannelFile.edit(path);
    }

    /**
     * Makes an empty file.
     *
     * @param overwrite whether a file that is there already may be replaced
     * @throws java.nio.file.FileAlreadyExistsException when it is there and may not be
     */
    static Mp4File create(Path path, boolean overwrite) throws IOException {
        return ChannelFile.create(path, overwrite);
    }

    /** Size in bytes. */
    long size() throws IOException;

    /**
     * Reads up to {@code length} bytes at {@code position}.
     *
     * @return how many; fewer than asked for only at the end of the file, 0 at or behind it
     */
    int read(long position, byte[] target, int offset, int length) throws IOException;

    /**
     * Writes all that the buffers hold, in order, from {@code position} on; the file grows as needed. On failure a part of
     * it may be there.
     */
    void write(long position, ByteBuffer... sources) throws IOException;

    /** Cuts the file to {@code size} bytes; a shorter one stays as it is. */
    void truncate(long size) throws IOException;

    /** Returns when everything written is on the disk (fsync of data and size). */
    void force() throws IOException;

    /**
     * Makes an empty file beside this one, of a name of its own, to take its place by {@link #becomes}.
     *
     * @throws UnsupportedOperationException where this cannot be
     */
    Mp4File beside() throws IOException;

    /**
     * Puts {@code replacement}, which {@link #beside} made, in this file's place at one stroke (an atomic rename). From then
     * on this object stands for the new content and {@code replacement} must not be used any more.
     */
    void becomes(Mp4File replacement) throws IOException;

    /** Closes it; what {@link #beside} made and was not used is deleted. Harmless when repeated. */
    @Override
    void close() throws IOException;
}
