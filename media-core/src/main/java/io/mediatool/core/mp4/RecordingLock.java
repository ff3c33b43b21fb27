package io.mediatool.core.mp4;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * Tells other processes that a file is being written: a lock on a hidden file beside it, which nobody else opens. A lock on the file itself
 * does not do: POSIX lets go of it as soon as the process closes anything by which it has read the file (fcntl(2): "all locks … are
 * released"), and recordings are played, downloaded and probed while they grow.
 *
 * <p>A crash leaves the hidden file, not the lock; who repairs the recording removes it.
 */
final class RecordingLock implements Closeable {
    /** What there is to say of a file that another one writes, behind its name. */
    static final String HELD = ": is being recorded now";

    private final Path path;
    private final FileChannel channel;

    private RecordingLock(Path path, FileChannel channel) {
        this.path = path;
        this.channel = channel;
    }

    static Path pathOf(Path file) {
        return file.resolveSibling("." + file.getFileName() + ".lock");
    }

    /**
     * Takes the lock. This process must not hold it: asking would let go of it.
     *
     * @return null where there can be none: a file system without locks, a directory that is not ours
     * @throws IOException when another process holds it
     */
    static @Nullable RecordingLock take(Path file) throws IOException {
        Path path = pathOf(file);
        FileChannel channel;
        try {
            channel = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        } catch (IOException e) {
            return null;
        }
        boolean free;
        try {
            free = channel.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            free = false;
        } catch (IOException e) {
            channel.close();
            Files.deleteIfExists(path);
            return null;
        }
        if (!free) {
            channel.close();
            throw new IOException(file + HELD);
        }
        return new RecordingLock(path, channel);
    }

    /** Removes the file first: nobody can then lock what is about to go. */
    @Override
    public void close() throws IOException {
        if (channel.isOpen()) {
            try {
                Files.deleteIfExists(path);
            } finally {
                channel.close();
            }
        }
    }
}
