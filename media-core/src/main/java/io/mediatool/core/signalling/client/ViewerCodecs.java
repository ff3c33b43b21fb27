package io.mediatool.core.signalling.client;

import io.mediatool.core.codec.Codec;
import io.mediatool.core.codec.MediaKind;
import io.mediatool.core.codec.RtpFormat;
import io.mediatool.core.signalling.webrtc.RtpCodec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** All that a viewer takes who decodes nothing: every codec that is forwarded, in every profile, lost packets to be sent again. */
final class ViewerCodecs {
    static final List<String> PICTURE_FEEDBACK = List.of("nack", "nack pli", "ccm fir", "transport-cc", "goog-remb");
    static final List<String> SOUND_FEEDBACK = List.of("nack", "transport-cc");

    /** First of the payload types that descriptions give a meaning to (RFC 3551 §3). */
    private static final int FIRST_DYNAMIC = 96;

    private static final int OPUS = 111;

    private ViewerCodecs() {}

    static List<RtpCodec> of(MediaKind kind) {
        return kind == MediaKind.AUDIO ? sound() : pictures();
    }

    private static List<RtpCodec> sound() {
        RtpFormat opus = RtpFormat.of(Codec.OPUS, OPUS, Map.of("minptime", "10", "useinbandfec", "1", "stereo", "1"));
        return List.of(
                new RtpCodec(opus, OPUS - 1, SOUND_FEEDBACK),
                new RtpCodec(RtpFormat.of(Codec.G722, 9), RtpCodec.NO_RTX, SOUND_FEEDBACK),
                new RtpCodec(RtpFormat.of(Codec.PCMU, 0), RtpCodec.NO_RTX, SOUND_FEEDBACK),
                new RtpCodec(RtpFormat.of(Codec.PCMA, 8), RtpCodec.NO_RTX, SOUND_FEEDBACK));
    }

    private static List<RtpCodec> pictures() {
        List<RtpFormat> formats = new ArrayList<>();
        // Main, High and Constrained Baseline; servers compare profiles, so each is named (RFC 6184 §8.2.2).
        for (String profile : List.of("42e01f", "4d001f", "64001f")) {
            for (String mode : List.of("1", "0")) {
                formats.add(RtpFormat.of(
                        Codec.H264,
                        0,
                        Map.of(
                                "profile-level-id",
                                profile,
                                "packetization-mode",
                                mode,
                                "level-asymmetry-allowed",
                                "1")));
            }
        }
        formats.add(RtpFormat.of(Codec.H265, 0, Map.of("profile-id", "1", "level-id", "180", "tx-mode", "SRST")));
        formats.add(RtpFormat.of(Codec.H265, 0, Map.of("profile-id", "2", "level-id", "180", "tx-mode", "SRST")));
        formats.add(RtpFormat.of(Codec.VP8, 0));
        formats.add(RtpFormat.of(Codec.VP9, 0, Map.of("profile-id", "0")));
        formats.add(RtpFormat.of(Codec.VP9, 0, Map.of("profile-id", "2")));
        formats.add(RtpFormat.of(Codec.AV1, 0, Map.of("profile", "0")));
        List<RtpCodec> codecs = new ArrayList<>();
        int type = FIRST_DYNAMIC;
        for (RtpFormat format : formats) {
            if (type == OPUS - 1) {
                type += 2; // sound's
            }
            codecs.add(new RtpCodec(withType(format, type), type + 1, PICTURE_FEEDBACK));
            type += 2;
        }
        return codecs;
    }

    /** The same under another payload type. */
    static RtpFormat withType(RtpFormat format, int payloadType) {
        return new RtpFormat(
                format.codec(),
                payloadType,
                format.encodingName(),
                format.clockRate(),
                format.channels(),
                format.parameters());
    }
}
