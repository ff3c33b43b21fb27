package io.mediatool.core.rtp.extension;

import org.jspecify.annotations.Nullable;

/** The header extensions that mediatool knows, by the URI that {@code a=extmap} gives them. */
public enum RtpExtension {
    /** RFC 9143 §15: which m-line a packet belongs to. */
    MID(0, "urn:ietf:params:rtp-hdrext:sdes:mid", false),
    /** RFC 8852: which simulcast layer. */
    RID(1, "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id", false),
    /** RFC 8852: which simulcast layer a retransmission belongs to. */
    REPAIRED_RID(2, "urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id", false),
    /** RFC 6464: loudness, and whether it is a voice. */
    AUDIO_LEVEL(3, "urn:ietf:params:rtp-hdrext:ssrc-audio-level", true),
    /** When the packet left, 24 bits. */
    ABS_SEND_TIME(4, "http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time", false),
    /** draft-holmer-rmcat-transport-wide-cc-extensions-01 §2: one number space for all packets of a transport. */
    TRANSPORT_SEQUENCE(5, "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01", false),
    /** When the frame was captured, on whose clock. */
    ABS_CAPTURE_TIME(6, "http://www.webrtc.org/experiments/rtp-hdrext/abs-capture-time", true),
    /** 3GPP TS 26.114 §7.4.5: camera, flip and rotation. */
    VIDEO_ORIENTATION(7, "urn:3gpp:video-orientation", true),
    /** Least and greatest delay before playing. */
    PLAYOUT_DELAY(8, "http://www.webrtc.org/experiments/rtp-hdrext/playout-delay", true),
    /** AV1 RTP specification appendix A; kept as it is. */
    DEPENDENCY_DESCRIPTOR(
            9, "https://aomediacodec.github.io/av1-rtp-spec/#dependency-descriptor-rtp-header-extension", true),
    /** Which layers the sender sends at which bitrate: for the server, not for its viewers. */
    VIDEO_LAYERS_ALLOCATION(10, "http://www.webrtc.org/experiments/rtp-hdrext/video-layers-allocation00", false);

    private static final RtpExtension[] ALL = values();

    private final int index;
    private final String uri;
    private final boolean forwarded;

    RtpExtension(int index, String uri, boolean forwarded) {
        this.index = index;
        this.uri = uri;
        this.forwarded = forwarded;
    }

    /** Its place in arrays and masks of this room: 0, 1, 2 and so on. */
    int index() {
        return index;
    }

    public String uri() {
        return uri;
    }

    /** Whether it speaks of the media and so goes on to viewers; the others hold for one hop and are made anew. */
    public boolean isForwarded() {
        return forwarded;
    }

    /** The kind of {@code uri}, or null when unknown. */
    public static @Nullable RtpExtension ofUri(String uri) {
        for (RtpExtension kind : ALL) {
            if (kind.uri.equals(uri)) {
                return kind;
            }
        }
        return null;
    }
}
