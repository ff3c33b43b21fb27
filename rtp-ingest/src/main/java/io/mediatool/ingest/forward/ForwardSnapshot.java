package io.mediatool.ingest.forward;

import io.mediatool.core.codec.Codec;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Counters of a forwarder since it was opened.
 *
 * @param target as the user wrote it
 * @param tracks each track's own
 * @param notSent datagrams that the system would not send, or dropped because the network was slower than the stream
 * @param failure why it closed itself, null while it works
 */
public record ForwardSnapshot(
        String target,
        List<Track> tracks,
        long notSent,
        @Nullable String failure) {

    public ForwardSnapshot {
        tracks = List.copyOf(tracks);
    }

    /**
     * One track.
     *
     * @param id in its stream
     * @param codec of the format announced
     * @param port of its RTP
     * @param ssrc it is sent with
     * @param packets RTP packets sent
     * @param bytes of their payloads
     * @param receiverReports report blocks received about it
     * @param fractionLost of the newest one, 0 to 1
     * @param packetsLost in all, of the newest one
     */
    public record Track(
            String id,
            Codec codec,
            int port,
            int ssrc,
            long packets,
            long bytes,
            long receiverReports,
            double fractionLost,
            long packetsLost) {}
}
