package io.mediatool.core.transport;

import io.mediatool.core.loop.EventLoop;
import io.mediatool.core.loop.RemotePath;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A TCP connection of one loop as the peer sees it that lives on another: what is sent goes across, one task a turn. For the thread of
 * the peer's loop; the connection itself bounds what waits for a slow receiver.
 */
final class FarPath implements RemotePath {
    private final EventLoop here;
    private final EventLoop there;
    private final RemotePath connection;
    private List<byte[]> queued = new ArrayList<>();

    FarPath(EventLoop here, EventLoop there, RemotePath connection) {
        this.here = here;
        this.there = there;
        this.connection = connection;
    }

    @Override
    public InetSocketAddress remote() {
        return connection.remote();
    }

    @Override
    public void send(byte[] data, int offset, int length) {
        if (queued.isEmpty()) {
            here.execute(this::flush);
        }
        queued.add(Arrays.copyOfRange(data, offset, offset + length));
    }

    private void flush() {
        List<byte[]> leaving = queued;
        queued = new ArrayList<>();
        there.tryExecute(() -> leaving.forEach(each -> connection.send(each, 0, each.length)));
    }

    @Override
    public void close() {
        if (!queued.isEmpty()) {
            flush();
        }
        there.tryExecute(connection::close);
    }

    @Override
    public String toString() {
        return connection.toString();
    }
}
