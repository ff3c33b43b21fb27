package io.mediatool.core.mp4;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A file of the file system. */
final class ChannelFile implements Mp4File {
    private final Path path;
    private final boolean temporary;
    private final @Nullable RecordingLock lock;
    private FileChannel channel;
    private boolean replaced;

    private ChannelFile(Path path, FileChannel channel, boolean temporary, @Nullable RecordingLock lock) {
        this.path = path;
        this.channel = channel;
        this.temporary = temporary;
        this.lock = lock;
    }

    static Mp4File open(Path path) throws IOException {
        return new ChannelFile(path, FileChannel.open(path, StandardOpenOption.READ), false, null);
    }

    static Mp4File edit(Path path) throws IOException {
        FileChannel channel = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try {
            if (!claim(path, channel)) {
                throw new IOException(path + RecordingLock.HELD);
            }
            return new ChannelFile(path, channel, false, RecordingLock.take(path));
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    static Mp4File create(Path path, boolean overwrite) throws IOException {
        var creation = overwrite ? StandardOpenOption.CREATE : StandardOpenOption.CREATE_NEW;
        FileChannel channel =
                FileChannel.open(path, Set.of(creation, StandardOpenOption.READ, StandardOpenOption.WRITE));
        try {
            RecordingLock lock = claim(path, channel) ? RecordingLock.take(path) : null;
            channel.truncate(0);
            return new ChannelFile(path, channel, false, lock);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    /**
     * Whether nobody in this process writes it already: of its own locks a Java process remembers those that POSIX has let go. A recording is
     * not to be repaired while it goes on. Where the file system has no locks, so be it.
     *
     * @throws IOException when another process writes it
     */
    private static boolean claim(Path path, FileChannel channel) throws IOException {
        boolean free;
        try {
            free = channel.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            return false;
        } catch (IOException e) {
            return true;
        }
        if (!free) {
            throw new IOException(path + RecordingLock.HELD);
        }
        return true;
    }

    @Override
    public long size() throws IOException {
        return channel.size();
    }

    @Override
    public int read(long position, byte[] target, int offset, int length) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(target, offset, length);
        while (buffer.hasRemaining()) {
            int count = channel.read(buffer, position + (buffer.position() - offset));
            if (count <= 0) {
                break;
            }
        }
        return buffer.position() - offset;
    }

    @Override
    public void write(long position, ByteBuffer... sources) throws IOException {
        if (sources.length == 1) {
            long at = position;
            while (sources[0].hasRemaining()) {
                at += channel.write(sources[0], at);
            }
            return;
        }
        channel.position(position);
        ByteBuffer last = sources[sources.length - 1];
        int first = 0;
        while (last.hasRemaining() || first < sources.length) {
            channel.write(sources, first, sources.length - first);
            while (first < sources.length && !sources[first].hasRemaining()) {
                first++;
            }
        }
    }

    @Override
    public void truncate(long size) throws IOException {
        channel.truncate(size);
    }

    @Override
    public void force() throws IOException {
        channel.force(false);
    }

    @Override
    public Mp4File beside() throws IOException {
        Path name = path.resolveSibling(path.getFileName() + ".part");
        FileChannel made = FileChannel.open(
                name,
                Set.of(
                        StandardOpenOption.CREATE,
                        StandardOpenOption.TRUNCATE_EXISTING,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE));
        return new ChannelFile(name, made, true, null);
    }

    @Override
    public void becomes(Mp4File replacement) throws IOException {
        if (!(replacement instanceof ChannelFile other) || !other.temporary) {
            throw new IllegalArgumentException("not made beside a file");
        }
        other.channel.force(true);
        Files.move(other.path, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        other.replaced = true;
        channel.close();
        channel = other.channel;
    }

    @Override
    public void close() throws IOException {
        try {
            if (!replaced) {
                channel.close();
                if (temporary) {
                    Files.deleteIfExists(path);
                }
            }
        } finally {
            if (lock != null) {
                lock.close();
            }
        }
    }
}
