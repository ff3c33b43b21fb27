package io.mediatool.core.mp4.write;

import io.mediatool.core.mp4.Mp4File;
import io.mediatool.core.mp4.movie.Run;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Copies the data of runs one after the other into another file, without the fragments' boxes between them. */
final class Packing implements IndexWalk.Placement {
    private final Mp4File from;
    private final Mp4File to;
    private final byte[] buffer = new byte[256 * 1024];
    private long position;

    Packing(Mp4File from, Mp4File to) {
        this.from = from;
        this.to = to;
    }

    /** Where the first byte goes. */
    void start(long at) {
        position = at;
    }

    /** Where the next byte would go. */
    long end() {
        return position;
    }

    @Override
    public long of(Run run) throws IOException {
        long start = position;
        long source = run.position();
        for (long left = run.bytes(); left > 0; ) {
            int count = from.read(source, buffer, 0, (int) Math.min(buffer.length, left));
            if (count <= 0) {
                throw new IOException("the file became shorter while it was read");
            }
            to.write(position, ByteBuffer.wrap(buffer, 0, count));
            position += count;
            source += count;
            left -= count;
        }
        return start;
    }
}
