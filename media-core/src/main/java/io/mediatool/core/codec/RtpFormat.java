package io.mediatool.core.codec;

import java.util.Collections;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * One payload type as a description defines it: {@code a=rtpmap} and {@code a=fmtp} of RFC 8866 §6.6 and §6.15.
 *
 * @param codec what the payload is
 * @param payloadType 0 to 127
 * @param encodingName as written in the description; tells {@code MP4A-LATM} from {@code mpeg4-generic}
 * @param clockRate RTP timestamp units in a second
 * @param channels audio channels, 1 where the description does not say; 1 for video
 * @param parameters {@code a=fmtp}, keys in lower case, values as written
 */
public record RtpFormat(
        Codec codec,
        int payloadType,
        String encodingName,
        int clockRate,
        int channels,
        Map<String, String> parameters) {

    public RtpFormat {
        if (payloadType < 0 || payloadType > 127) {
            throw new IllegalArgumentException("payload type out of range: " + payloadType);
        }
        if (clockRate <= 0 || channels <= 0) {
            throw new IllegalArgumentException("clock rate and channels must be positive");
        }
        var lowered = new TreeMap<String, String>();
        parameters.forEach((key, value) -> lowered.put(key.toLowerCase(Locale.ROOT), value));
        parameters = Collections.unmodifiableMap(lowered);
    }

    /** A format with the codec's own name and clock rate, one channel (Opus: two, RFC 7587 §7) and no parameters. */
    public static RtpFormat of(Codec codec, int payloadType) {
        return of(codec, payloadType, Map.of());
    }

    /** As {@link #of(Codec, int)}, with parameters. */
    public static RtpFormat of(Codec codec, int payloadType, Map<String, String> parameters) {
        return new RtpFormat(
                codec,
                payloadType,
                codec.encodingName(),
                codec.defaultClockRate(),
                codec == Codec.OPUS ? 2 : 1,
                parameters);
    }

    /** Whether it is the codec with its own past beside it: RED, RFC 2198. */
    public boolean isRedundant() {
        return encodingName.equalsIgnoreCase("red");
    }

    /** The parameter {@code key} (lower case), or {@code fallback} when absent. */
    public String parameter(String key, String fallback) {
        return parameters.getOrDefault(key, fallback);
    }
}
