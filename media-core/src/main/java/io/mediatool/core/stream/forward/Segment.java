package io.mediatool.core.stream.forward;

import io.mediatool.core.stream.PayloadTypes;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Where the numbers of one source are in those of the viewer, from its packet {@code first} on. */
record Segment(
        RtpStreamTransponder.Input input,
        long first,
        long sequenceShift,
        long timestampShift,
        long numberShift,
        Haste haste,
        Omissions omissions) {

    /** What is left out of it, null before the first time. */
    static final class Omissions {
        @Nullable SequenceGaps gaps;
    }

    void addTo(Consumer<Object> parts) {
        parts.accept(this);
        parts.accept(input);
        parts.accept(omissions);
        PayloadTypes types = input.payloadTypes();
        if (types != null) {
            types.addTo(parts);
        }
        RtpStreamTransponder.Layers layers = input.layers();
        if (layers != null) {
            parts.accept(layers);
        }
    }

    long timestamp(long ofSource) {
        return haste.timestamp(ofSource) + timestampShift;
    }

    /** Media from before {@code until} is sent with its timestamps pressed together, so that a player does not play it as slowly as it was. */
    record Haste(long until, int factor) {
        static final Haste NONE = new Haste(Long.MIN_VALUE, 1);

        long timestamp(long ofSource) {
            return ofSource >= until ? ofSource : until - (until - ofSource) / factor;
        }
    }
}
