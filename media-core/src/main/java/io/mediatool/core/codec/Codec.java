package io.mediatool.core.codec;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The codecs that mediatool knows, by the names that SDP gives them. */
public enum Codec {
    H264(MediaKind.VIDEO, "H264", 90_000),
    H265(MediaKind.VIDEO, "H265", 90_000),
    VP8(MediaKind.VIDEO, "VP8", 90_000),
    VP9(MediaKind.VIDEO, "VP9", 90_000),
    AV1(MediaKind.VIDEO, "AV1", 90_000),
    OPUS(MediaKind.AUDIO, "opus", 48_000),
    AAC(MediaKind.AUDIO, "mpeg4-generic", 48_000),
    PCMU(MediaKind.AUDIO, "PCMU", 8_000),
    PCMA(MediaKind.AUDIO, "PCMA", 8_000),
    G722(MediaKind.AUDIO, "G722", 8_000),
    L16(MediaKind.AUDIO, "L16", 44_100);

    private final MediaKind kind;
    private final String encodingName;
    private final int defaultClockRate;

    Codec(MediaKind kind, String encodingName, int defaultClockRate) {
        this.kind = kind;
        this.encodingName = encodingName;
        this.defaultClockRate = defaultClockRate;
    }

    public MediaKind kind() {
        return kind;
    }

    /** The encoding name of {@code a=rtpmap}. */
    public String encodingName() {
        return encodingName;
    }

    /** RTP clock rate in Hz where a description does not say one. G.722 counts 8000 a second although it samples 16000. */
    public int defaultClockRate() {
        return defaultClockRate;
    }

    /** The name users type and read: lower case, {@code h264}, {@code aac}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * The codec of an {@code a=rtpmap} encoding name or a user's word, whatever its case, or null when unknown. Knows
     * the aliases of the field: HEVC, MP4A-LATM, AVC, mulaw.
     */
    public static @Nullable Codec ofName(String name) {
        return switch (name.toLowerCase(Locale.ROOT)) {
            case "h264", "avc" -> H264;
            case "h265", "hevc" -> H265;
            case "vp8" -> VP8;
            case "vp9" -> VP9;
            case "av1", "av01" -> AV1;
            case "opus" -> OPUS;
            case "mpeg4-generic", "mp4a-latm", "aac" -> AAC;
            case "pcmu", "mulaw", "ulaw" -> PCMU;
            case "pcma", "alaw" -> PCMA;
            case "g722" -> G722;
            case "l16", "pcm" -> L16;
            default -> null;
        };
    }
}
