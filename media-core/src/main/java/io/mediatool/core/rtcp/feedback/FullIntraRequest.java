package io.mediatool.core.rtcp.feedback;

import java.util.List;

/**
 * FIR (RFC 5104 §4.3.1): the sources listed shall send a key frame.
 *
 * @param sender who asks
 * @param requests at least one, at most {@link FeedbackPackets#MAX_ENTRIES}
 */
public record FullIntraRequest(int sender, List<Request> requests) implements Feedback {
    public FullIntraRequest {
        requests = List.copyOf(requests);
    }

    /** A request to one source. */
    public static FullIntraRequest of(int sender, int ssrc, int sequence) {
        return new FullIntraRequest(sender, List.of(new Request(ssrc, sequence)));
    }

    @Override
    public int media() {
        return requests.isEmpty() ? 0 : requests.get(0).ssrc();
    }

    /**
     * @param ssrc who shall send the key frame
     * @param sequence 0 to 255; a repetition of the same request carries the same number
     */
    public record Request(int ssrc, int sequence) {}
}
