package io.mediatool.ingest.source;

import java.net.NetworkInterface;
import org.jspecify.annotations.Nullable;

/**
 * How to listen.
 *
 * @param multicastInterface where to join groups unless the source names an interface; null is the system's choice
 * @param receiveBufferBytes what to ask the kernel for, per socket
 * @param reorderNs how long a missing packet is waited for where this side must have them in order (transport streams
 *     over RTP), in nanoseconds
 */
public record IngestOptions(@Nullable NetworkInterface multicastInterface, int receiveBufferBytes, long reorderNs) {
    // A push cannot be asked again: room for half a second of 100 Mbit/s, a small packet counting double in the kernel.
    private static final int RECEIVE_BUFFER_BYTES = 16 << 20;

    public static IngestOptions defaults() {
        return new IngestOptions(null, RECEIVE_BUFFER_BYTES, 200_000_000L);
    }

    public IngestOptions withMulticastInterface(@Nullable NetworkInterface networkInterface) {
        return new IngestOptions(networkInterface, receiveBufferBytes, reorderNs);
    }

    public IngestOptions withReceiveBufferBytes(int bytes) {
        return new IngestOptions(multicastInterface, bytes, reorderNs);
    }

    public IngestOptions withReorderNs(long ns) {
        return new IngestOptions(multicastInterface, receiveBufferBytes, ns);
    }
}
