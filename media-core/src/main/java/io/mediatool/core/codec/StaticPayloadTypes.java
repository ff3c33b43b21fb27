package io.mediatool.core.codec;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The payload types that RFC 3551 §6 fixes, for streams that come without {@code a=rtpmap}. */
public final class StaticPayloadTypes {
    /** MPEG-2 transport stream (RFC 3551 Table 5): a container, so {@link #of} does not answer for it. */
    public static final int MP2T = 33;

    private StaticPayloadTypes() {}

    /** The format of a static payload type whose codec mediatool knows, else null. */
    public static @Nullable RtpFormat of(int payloadType) {
        return switch (payloadType) {
            case 0 -> audio(Codec.PCMU, 0, 8_000, 1);
            case 8 -> audio(Codec.PCMA, 8, 8_000, 1);
            case 9 -> audio(Codec.G722, 9, 8_000, 1); // RFC 3551 §4.5.2: the clock stayed 8000 by an old error
            case 10 -> audio(Codec.L16, 10, 44_100, 2);
            case 11 -> audio(Codec.L16, 11, 44_100, 1);
            default -> null;
        };
    }

    private static RtpFormat audio(Codec codec, int payloadType, int clockRate, int channels) {
        return new RtpFormat(codec, payloadType, codec.encodingName(), clockRate, channels, Map.of());
    }
}
