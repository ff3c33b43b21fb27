package io.mediatool.ingest.recognition;

import io.mediatool.core.codec.Codec;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link PayloadRecognizer} says.
 *
 * @param outcome whether it is known, may yet be known, or will not be
 * @param codec the codec, where it is one
 * @param packets how many packets that took
 * @param advice for people: what was recognised, or what to say explicitly; empty while pending
 */
public record Recognition(Outcome outcome, @Nullable Codec codec, int packets, String advice) {

    /** How far recognition got. */
    public enum Outcome {
        /** More packets are needed. */
        PENDING,
        /** It is {@link Recognition#codec()}. */
        CODEC,
        /** It is an MPEG transport stream. */
        TRANSPORT_STREAM,
        /** It will not be known: the user has to say. */
        UNDECIDED
    }
}
