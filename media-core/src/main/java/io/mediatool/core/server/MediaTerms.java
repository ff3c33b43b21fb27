package io.mediatool.core.server;

import io.mediatool.core.codec.MediaKind;
import io.mediatool.core.codec.RtpFormat;
import io.mediatool.core.rtp.extension.ExtensionMap;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What was agreed on for one m-line, whichever way its media flows.
 *
 * @param mid null where there is none
 * @param payloads at least one, best first
 * @param extensions header extensions with the peer's numbers; one number means the same in all m-lines of a transport
 * @param mixed whether the peer takes header extensions in the two-byte form (RFC 8285 §4.1.2)
 */
public record MediaTerms(
        @Nullable String mid, MediaKind kind, List<Payload> payloads, ExtensionMap extensions, boolean mixed) {
    /** In place of a payload type. */
    public static final int NO_RTX = -1;

    /** What a receiver may ask for ({@code a=rtcp-fb}). */
    public enum Feedback {
        NACK,
        PLI,
        FIR,
        TRANSPORT_CC,
        REMB
    }

    /**
     * @param rtxPayloadType that of retransmissions (RFC 4588), {@link #NO_RTX} where there are none
     */
    public record Payload(RtpFormat format, int rtxPayloadType, Set<Feedback> feedback) {
        public Payload {
            feedback = Set.copyOf(feedback);
        }
    }

    public MediaTerms {
        payloads = List.copyOf(payloads);
        if (payloads.isEmpty()) {
            throw new IllegalArgumentException("media without payload types");
        }
    }

    /** Whether any payload has it. */
    public boolean has(Feedback feedback) {
        return payloads.stream().anyMatch(each -> each.feedback().contains(feedback));
    }
}
