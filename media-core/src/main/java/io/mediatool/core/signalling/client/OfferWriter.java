package io.mediatool.core.signalling.client;

import io.mediatool.core.codec.Codec;
import io.mediatool.core.codec.RtpFormat;
import io.mediatool.core.rtp.extension.RtpExtension;
import io.mediatool.core.sdp.MediaDescription;
import io.mediatool.core.sdp.RtpMap;
import io.mediatool.core.sdp.SdpAttribute;
import io.mediatool.core.sdp.SdpConnection;
import io.mediatool.core.sdp.SdpDirection;
import io.mediatool.core.sdp.SessionDescription;
import io.mediatool.core.signalling.webrtc.ExtensionMapping;
import io.mediatool.core.signalling.webrtc.RtpCodec;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Puts an offer in lines (RFC 9429 §5.2.1). */
final class OfferWriter {
    /** What we can use of packets' headers: which m-line, and the numbers that congestion control counts by. */
    static final List<ExtensionMapping> EXTENSIONS = List.of(
            new ExtensionMapping(RtpExtension.MID, 1, SdpDirection.SENDRECV),
            new ExtensionMapping(RtpExtension.TRANSPORT_SEQUENCE, 3, SdpDirection.SENDRECV));

    /** Discard: the port of those who tell it by candidates (RFC 8840 §4.1.1). */
    private static final int NO_PORT = 9;

    private final ClientOffer offer;

    private OfferWriter(ClientOffer offer) {
        this.offer = offer;
    }

    static SessionDescription describe(ClientOffer offer) {
        return new OfferWriter(offer).session();
    }

    private SessionDescription session() {
        String mids = offer.tracks().stream().map(OfferedTrack::mid).collect(Collectors.joining(" "));
        List<SdpAttribute> attributes = List.of(
                new SdpAttribute("group", "BUNDLE " + mids),
                SdpAttribute.property("extmap-allow-mixed"),
                new SdpAttribute("ice-options", "trickle"),
                new SdpAttribute("msid-semantic", "WMS *"));
        List<MediaDescription> media = offer.tracks().stream().map(this::medium).toList();
        String id = Long.toUnsignedString(offer.local().sessionId());
        return new SessionDescription("mediatool", "- " + id + " 1 IN IP4 127.0.0.1", null, attributes, media);
    }

    private MediaDescription medium(OfferedTrack track) {
        List<String> formats = new ArrayList<>();
        SortedMap<Integer, RtpMap> maps = new TreeMap<>();
        SortedMap<Integer, String> parameters = new TreeMap<>();
        for (RtpCodec codec : track.codecs()) {
            RtpFormat format = codec.format();
            int type = format.payloadType();
            int channels = format.codec() == Codec.OPUS ? 2 : format.channels(); // RFC 7587 §7: always 2
            formats.add(String.valueOf(type));
            maps.put(type, new RtpMap(type, format.encodingName(), format.clockRate(), channels));
            if (!format.parameters().isEmpty()) {
                parameters.put(type, text(format));
            }
            if (codec.hasRtx()) {
                int rtx = codec.rtxPayloadType();
                formats.add(String.valueOf(rtx));
                maps.put(rtx, new RtpMap(rtx, "rtx", format.clockRate(), 1));
                parameters.put(rtx, "apt=" + type);
            }
        }
        return new MediaDescription(
                track.kind().label(),
                NO_PORT,
                1,
                "UDP/TLS/RTP/SAVPF",
                formats,
                maps,
                parameters,
                SdpConnection.of("0.0.0.0"),
                offer.direction(),
                null,
                new TreeMap<>(),
                attributes(track));
    }

    private static String text(RtpFormat format) {
        return format.parameters().entrySet().stream()
                .map(each -> each.getValue().isEmpty() ? each.getKey() : each.getKey() + "=" + each.getValue())
                .collect(Collectors.joining(";"));
    }

    private List<SdpAttribute> attributes(OfferedTrack track) {
        List<SdpAttribute> lines = new ArrayList<>();
        lines.add(new SdpAttribute("mid", track.mid()));
        lines.addAll(offer.local().credentialLines());
        lines.add(new SdpAttribute("fingerprint", offer.local().fingerprint().toString()));
        lines.add(new SdpAttribute("setup", "actpass")); // RFC 8842 §5.2
        lines.add(SdpAttribute.property("rtcp-mux"));
        lines.add(SdpAttribute.property("rtcp-mux-only"));
        lines.add(SdpAttribute.property("rtcp-rsize"));
        EXTENSIONS.forEach(each -> lines.add(each.toSdp()));
        for (RtpCodec codec : track.codecs()) {
            int type = codec.format().payloadType();
            codec.feedback().forEach(each -> lines.add(new SdpAttribute("rtcp-fb", type + " " + each)));
        }
        if (offer.direction() == SdpDirection.SENDONLY) {
            addSource(lines, track);
        }
        if (track.equals(offer.tracks().get(0))) {
            lines.addAll(offer.local().candidateLines());
        }
        return lines;
    }

    private void addSource(List<SdpAttribute> lines, OfferedTrack track) {
        String msid = "mediatool " + track.kind().label() + track.mid();
        lines.add(new SdpAttribute("msid", msid));
        long ssrc = Integer.toUnsignedLong(track.ssrc());
        long rtx = Integer.toUnsignedLong(track.rtxSsrc());
        boolean repaired = track.codecs().stream().anyMatch(RtpCodec::hasRtx);
        if (repaired) {
            lines.add(new SdpAttribute("ssrc-group", "FID " + ssrc + " " + rtx));
        }
        for (long each : repaired ? List.of(ssrc, rtx) : List.of(ssrc)) {
            lines.add(new SdpAttribute("ssrc", each + " cname:" + offer.cname()));
            lines.add(new SdpAttribute("ssrc", each + " msid:" + msid));
        }
    }
}
