package io.mediatool.core.signalling.webrtc;

import io.mediatool.core.sdp.SdpAttribute;
import io.mediatool.core.sdp.SdpDirection;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The RTP header extensions that mediatool reads or forwards, by the URI of {@code a=extmap} (RFC 8285 §5). */
public enum RtpExtension {
    MID("urn:ietf:params:rtp-hdrext:sdes:mid"),
    RID("urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id"),
    REPAIRED_RID("urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id"),
    AUDIO_LEVEL("urn:ietf:params:rtp-hdrext:ssrc-audio-level"),
    ABS_SEND_TIME("http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time"),
    TRANSPORT_WIDE_CC("http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01"),
    ABS_CAPTURE_TIME("http://www.webrtc.org/experiments/rtp-hdrext/abs-capture-time"),
    VIDEO_ORIENTATION("urn:3gpp:video-orientation"),
    PLAYOUT_DELAY("http://www.webrtc.org/experiments/rtp-hdrext/playout-delay"),
    DEPENDENCY_DESCRIPTOR("https://aomediacodec.github.io/av1-rtp-spec/#dependency-descriptor-rtp-header-extension"),
    VIDEO_LAYERS_ALLOCATION("http://www.webrtc.org/experiments/rtp-hdrext/video-layers-allocation00");

    /**
     * An {@code a=extmap} line.
     *
     * @param id 1 to 14, with two-byte headers to 255
     * @param direction as the describing side sees it; {@code SENDRECV} where the line does not say
     */
    public record Mapping(RtpExtension extension, int id, SdpDirection direction) {

        /** The value of a=extmap; null when it is broken or an extension that we do not know. */
        static @Nullable Mapping read(String value) {
            String[] words = value.split("\\s+");
            RtpExtension extension = words.length < 2 ? null : ofUri(words[1]);
            if (extension == null) {
                return null;
            }
            int slash = words[0].indexOf('/');
            String digits = slash < 0 ? words[0] : words[0].substring(0, slash);
            if (!digits.matches("[0-9]{1,3}")) {
                return null;
            }
            int id = Integer.parseInt(digits);
            SdpDirection direction = slash < 0 ? SdpDirection.SENDRECV : direction(words[0].substring(slash + 1));
            return id < 1 || id > 255 || id == 15 || direction == null ? null : new Mapping(extension, id, direction);
        }

        private static @Nullable SdpDirection direction(String word) {
            for (SdpDirection direction : SdpDirection.values()) {
                if (direction.label().equals(word.toLowerCase(Locale.ROOT))) {
                    return direction;
                }
            }
            return null;
        }

        /** The same seen from the other side (RFC 8285 §6). */
        Mapping reversed() {
            return new Mapping(extension, id, direction.reversed());
        }

        SdpAttribute toSdp() {
            String way = direction == SdpDirection.SENDRECV ? "" : "/" + direction.label();
            return new SdpAttribute("extmap", id + way + " " + extension.uri);
        }
    }

    private final String uri;

    RtpExtension(String uri) {
        this.uri = uri;
    }

    public String uri() {
        return uri;
    }

    /** The extension of this URI, or null when unknown. */
    public static @Nullable RtpExtension ofUri(String uri) {
        for (RtpExtension extension : values()) {
            if (extension.uri.equals(uri)) {
                return extension;
            }
        }
        return null;
    }
}
