package io.mediatool.core.signalling.client;

import io.mediatool.core.codec.Codec;
import io.mediatool.core.codec.MediaKind;
import io.mediatool.core.codec.RtpFormat;
import io.mediatool.core.rtp.extension.RtpExtension;
import io.mediatool.core.sdp.SdpAttribute;
import io.mediatool.core.sdp.SdpDirection;
import io.mediatool.core.sdp.SdpWriter;
import io.mediatool.core.signalling.offer.OfferLine;
import io.mediatool.core.signalling.offer.OfferWriter;
import io.mediatool.core.signalling.webrtc.Answer;
import io.mediatool.core.signalling.webrtc.ExtensionMapping;
import io.mediatool.core.signalling.webrtc.LocalTransport;
import io.mediatool.core.signalling.webrtc.RtpCodec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/**
 * An offer of ours (RFC 9429 §5.2): one transport for all m-lines, one m-line for each track. Immutable.
 *
 * @param local our side of the transport
 * @param direction {@code SENDONLY} to publish, {@code RECVONLY} to watch
 * @param cname of all that is published, so that it is played in step
 */
public record ClientOffer(LocalTransport local, SdpDirection direction, String cname, List<OfferedTrack> tracks) {
    /** What we can use of packets' headers: which m-line, and the numbers that congestion control counts by. */
    static final List<ExtensionMapping> EXTENSIONS = List.of(
            new ExtensionMapping(RtpExtension.MID, 1, SdpDirection.SENDRECV),
            new ExtensionMapping(RtpExtension.TRANSPORT_SEQUENCE, 3, SdpDirection.SENDRECV));

    private static final int FIRST_DYNAMIC = 96;
    private static final int LAST_DYNAMIC = 126;

    public ClientOffer {
        tracks = List.copyOf(tracks);
    }

    /** To watch: one track of sound and one of pictures, in whatever codec. */
    public static ClientOffer watch(LocalTransport local) {
        List<OfferedTrack> tracks = new ArrayList<>();
        for (MediaKind kind : List.of(MediaKind.AUDIO, MediaKind.VIDEO)) {
            String mid = String.valueOf(tracks.size());
            tracks.add(new OfferedTrack(mid, kind, ViewerCodecs.of(kind), null, 0, 0));
        }
        return new ClientOffer(local, SdpDirection.RECVONLY, "", tracks);
    }

    /** Whether tracks of this codec can be published: WebRTC knows no others. */
    public static boolean isPublishable(Codec codec) {
        return OfferedTrack.CODECS.contains(codec);
    }

    /**
     * To publish what a room has.
     *
     * @param formats of the tracks, one for each, {@link #isPublishable}
     * @param random for SSRCs and names
     */
    public static ClientOffer publish(LocalTransport local, List<RtpFormat> formats, RandomGenerator random) {
        List<OfferedTrack> tracks = new ArrayList<>();
        int type = FIRST_DYNAMIC;
        for (RtpFormat format : formats) {
            MediaKind kind = format.codec().kind();
            boolean picture = kind == MediaKind.VIDEO;
            if (!isPublishable(format.codec()) || type >= LAST_DYNAMIC) {
                throw new IllegalArgumentException(
                        format.codec().label() + " has no place in an offer of " + formats.size() + " tracks");
            }
            boolean named =
                    format.codec() == Codec.PCMU || format.codec() == Codec.PCMA || format.codec() == Codec.G722;
            int own = named ? staticType(format.codec()) : type;
            RtpCodec codec = picture
                    ? new RtpCodec(offered(format, own), own + 1, ViewerCodecs.PICTURE_FEEDBACK)
                    : new RtpCodec(offered(format, own), RtpCodec.NO_RTX, ViewerCodecs.SOUND_FEEDBACK);
            type += named ? 0 : picture ? 2 : 1;
            tracks.add(new OfferedTrack(
                    String.valueOf(tracks.size()),
                    kind,
                    List.of(codec),
                    format,
                    random.nextInt() | 1, // 0 means nobody
                    random.nextInt() & ~1 | 2)); // and no two are alike
        }
        return new ClientOffer(local, SdpDirection.SENDONLY, Long.toHexString(random.nextLong()), tracks);
    }

    /** RFC 3551 §6: those with a number of their own. */
    private static int staticType(Codec codec) {
        return codec == Codec.PCMU ? 0 : codec == Codec.PCMA ? 8 : 9;
    }

    private static RtpFormat offered(RtpFormat format, int payloadType) {
        RtpFormat plain = ViewerCodecs.withType(format, payloadType);
        if (format.codec() != Codec.H264) {
            return plain;
        }
        // Whatever a push says, FU-A may come, which is mode 1 (RFC 6184 §6.3).
        Map<String, String> parameters = new TreeMap<>(format.parameters());
        parameters.put("packetization-mode", "1");
        parameters.putIfAbsent("level-asymmetry-allowed", "1");
        return new RtpFormat(
                format.codec(), payloadType, format.encodingName(), format.clockRate(), format.channels(), parameters);
    }

    /** The same transport with the m-lines of a server's offer that we have answered. */
    ClientOffer withLinesOf(Answer answer) {
        List<OfferedTrack> taken = answer.media().stream()
                .map(each -> new OfferedTrack(
                        Objects.requireNonNullElse(each.mid(), String.valueOf(each.index())),
                        each.kind(),
                        each.codecs(),
                        null,
                        0,
                        0))
                .toList();
        return new ClientOffer(local, direction, cname, taken);
    }

    /** As {@code application/sdp}. */
    public String text() {
        return SdpWriter.write(new OfferWriter(local, direction)
                .write(tracks.stream().map(this::line).toList(), false));
    }

    private OfferLine line(OfferedTrack track) {
        List<SdpAttribute> source = direction == SdpDirection.SENDONLY ? track.describe(cname) : List.of();
        return new OfferLine(track.mid(), track.kind(), track.codecs(), EXTENSIONS, source);
    }
}
