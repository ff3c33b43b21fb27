package io.mediatool.core.loop.kernel;

import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Map;

/** What became of the datagrams that a socket was to send. Of one loop's thread. */
public final class SendCounters {
    private static final int MAX_ADDRESSES = 4_096;

    private long sent;
    private long sentBytes;
    private long failed;
    private long dropped;
    /** By where it was to go; only of the first so many: troubles are rare, addresses may be anything. */
    private final Map<InetSocketAddress, Long> unsent = new HashMap<>();

    SendCounters() {}

    void onSent(int datagrams, int bytes) {
        sent += datagrams;
        sentBytes += bytes;
    }

    void onFailed(int datagrams, InetSocketAddress remote) {
        failed += datagrams;
        onUnsent(datagrams, remote);
    }

    void onDropped(InetSocketAddress remote) {
        dropped++;
        onUnsent(1, remote);
    }

    private void onUnsent(int datagrams, InetSocketAddress remote) {
        if (unsent.size() < MAX_ADDRESSES || unsent.containsKey(remote)) {
            unsent.merge(remote, (long) datagrams, Long::sum);
        }
    }

    /** Datagrams that the kernel took. */
    public long sent() {
        return sent;
    }

    /** Their bytes. */
    public long sentBytes() {
        return sentBytes;
    }

    /** Datagrams that the kernel would not send, or that could not be sent at all. */
    public long failed() {
        return failed;
    }

    /** Datagrams that found the queue full. */
    public long dropped() {
        return dropped;
    }

    /** Those of both kinds that were for one address. */
    public long unsent(InetSocketAddress remote) {
        Long datagrams = unsent.get(remote);
        return datagrams == null ? 0 : datagrams;
    }
}
