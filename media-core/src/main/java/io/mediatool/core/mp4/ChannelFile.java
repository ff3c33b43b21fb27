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

/** A file of the file system. */
final class ChannelFile implements Mp4File {
    private final Path path;
    private final boolean temporary;
    private FileChannel channel;
    private boolean replaced;

    private ChannelFile(Path path, FileChannel channel, boolean temporary) {
        this.path = path;
        this.channel = channel;
        this.temporary = temporary;
    }

    static Mp4File open(Path path) throws IOException {
        return new ChannelFile(path, FileChannel.open(path, StandardOpenOption.READ), false);
    }

    static Mp4File edit(Path path) throws IOException {
        FileChannel channel = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
        if (!isOurs(channel)) {
            channel.close();
            throw new IOException(path + ": is being recorded now");
        }
        return new ChannelFile(path, channel, false);
    }

    static Mp4File create(Path path, boolean overwrite) throws IOException {
        var creation = overwrite ? StandardOpenOption.CREATE : StandardOpenOption.CREATE_NEW;
        FileChannel channel =
                FileChannel.open(path, Set.of(creation, StandardOpenOption.READ, StandardOpenOption.WRITE));
        isOurs(channel);
        channel.truncate(0);
        return new ChannelFile(path, channel, false);
    }

    /** A recording is not to be repaired while it goes on. Where the file system has no locks, so be it. */
    private static boolean isOurs(FileChannel channel) {
        try {
            return channel.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            return false;
        } catch (IOException e) {
            return true;
        }
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
        return new ChannelFile(name, made, true);
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
        if (replaced) {
            return;
        }
        channel.close();
        if (temporary) {
            Files.deleteIfExists(path);
        }
    }
}
