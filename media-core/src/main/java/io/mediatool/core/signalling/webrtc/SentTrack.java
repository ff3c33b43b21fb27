package io.mediatool.core.signalling.webrtc;

import io.mediatool.core.codec.MediaKind;
import io.mediatool.core.codec.RtpFormat;
import io.mediatool.core.sdp.SdpAttribute;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A track of the room that a viewer is to be sent, in the viewer's own SSRC space.
 *
 * @param kind of all its formats
 * @param formats what its packets may be, as the room knows them, the present one first; parameters decide the matching
 * @param ssrc 1 to 2³²−1
 * @param rtxSsrc for retransmissions where the viewer takes them
 * @param cname of the whole session, so that tracks are played in step
 * @param streamId the MediaStream's id, a token of 1 to 64 characters (RFC 8830 §2)
 * @param trackId the same for the track
 */
public record SentTrack(
        MediaKind kind,
        List<RtpFormat> formats,
        long ssrc,
        long rtxSsrc,
        String cname,
        String streamId,
        String trackId) {

    private static final Pattern TOKEN = Pattern.compile("[!#-'*+.0-9A-Z^-~/=@:-]{1,64}");

    public SentTrack {
        formats = List.copyOf(formats);
        if (formats.isEmpty() || formats.stream().anyMatch(each -> each.codec().kind() != kind)) {
            throw new IllegalArgumentException("formats of a track must be at least one and of its kind");
        }
        for (String token : List.of(cname, streamId, trackId)) {
            if (!TOKEN.matcher(token).matches()) {
                throw new IllegalArgumentException("not a token of 1 to 64 characters: " + token);
            }
        }
    }

    /**
     * The lines that tell the viewer which SSRCs will come, and of which stream.
     *
     * @param rtx whether retransmissions have their own
     */
    public List<SdpAttribute> describe(boolean rtx) {
        List<SdpAttribute> lines = new ArrayList<>();
        String msid = streamId + " " + trackId;
        lines.add(new SdpAttribute("msid", msid));
        if (rtx) {
            lines.add(new SdpAttribute("ssrc-group", "FID " + ssrc + " " + rtxSsrc));
        }
        for (long each : rtx ? List.of(ssrc, rtxSsrc) : List.of(ssrc)) {
            lines.add(new SdpAttribute("ssrc", each + " cname:" + cname));
            lines.add(new SdpAttribute("ssrc", each + " msid:" + msid)); // before RFC 8830, still needed by old players
        }
        return lines;
    }
}
