package io.mediatool.core.loop.kernel;

/** What became of the datagrams that a socket was to send. Of one loop's thread. */
public final class SendCounters {
    private long sent;
    private long sentBytes;
    private long failed;
    private long dropped;

    SendCounters() {}

    void onSent(int datagrams, int bytes) {
        sent += datagrams;
        sentBytes += bytes;
    }

    void onFailed(int datagrams) {
        failed += datagrams;
    }

    void onDropped() {
        dropped++;
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
}
