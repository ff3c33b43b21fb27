package io.mediatool.core.signalling.client;

import io.mediatool.core.codec.Codec;
import io.mediatool.core.codec.MediaKind;
import io.mediatool.core.codec.RtpFormat;
import io.mediatool.core.sdp.SdpAttribute;
import io.mediatool.core.signalling.webrtc.RtpCodec;
import io.mediatool.core.signalling.webrtc.SentTrack;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An m-line of an offer of ours.
 *
 * @param mid its name
 * @param codecs with our payload types, best first
 * @param source what a publisher's track is sent as in its room; null for viewers
 * @param ssrc a publisher's; 0 for viewers
 * @param rtxSsrc likewise, of retransmissions
 */
record OfferedTrack(
        String mid,
        MediaKind kind,
        List<RtpCodec> codecs,
        @Nullable RtpFormat source,
        int ssrc,
        int rtxSsrc) {
    /** What WebRTC has payload formats for that servers take. */
    static final Set<Codec> CODECS = EnumSet.of(
            Codec.H264, Codec.H265, Codec.VP8, Codec.VP9, Codec.AV1, Codec.OPUS, Codec.PCMU, Codec.PCMA, Codec.G722);

    OfferedTrack {
        codecs = List.copyOf(codecs);
    }

    /** The lines that tell which SSRCs a publisher sends. */
    List<SdpAttribute> describe(String cname) {
        List<RtpFormat> formats = codecs.stream().map(RtpCodec::format).toList();
        long first = Integer.toUnsignedLong(ssrc);
        long repairs = Integer.toUnsignedLong(rtxSsrc);
        return new SentTrack(kind, formats, first, repairs, cname, "mediatool", kind.label() + mid)
                .describe(codecs.stream().anyMatch(RtpCodec::hasRtx));
    }

    /** Whether packets of {@code format} are what was offered here. */
    boolean carries(RtpFormat format) {
        RtpFormat own = source;
        return own != null && own.codec() == format.codec() && own.clockRate() == format.clockRate();
    }
}
