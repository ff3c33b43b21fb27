package io.mediatool.core.ice;

import io.mediatool.core.loop.RemotePath;
import java.net.InetSocketAddress;

/** A path that leads nowhere. */
record FakePath(InetSocketAddress remote) implements RemotePath {
    @Override
    public void send(byte[] data, int offset, int length) {}

    @Override
    public void close() {}
}
