package io.mediatool.core.signalling.offer;

import io.mediatool.core.codec.Codec;
import io.mediatool.core.codec.RtpFormat;
import io.mediatool.core.ice.IceCandidate;
import io.mediatool.core.sdp.MediaDescription;
import io.mediatool.core.sdp.RtpMap;
import io.mediatool.core.sdp.SdpAttribute;
import io.mediatool.core.sdp.SdpConnection;
import io.mediatool.core.sdp.SdpDirection;
import io.mediatool.core.sdp.SessionDescription;
import io.mediatool.core.signalling.webrtc.LocalTransport;
import io.mediatool.core.signalling.webrtc.RtpCodec;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Puts an offer in lines (RFC 9429 §5.2.1): one bundle, whose candidates stand in its first m-line. */
public final class OfferWriter {
    /** Discard: the port of those who tell it by candidates (RFC 8840 §4.1.1). */
    private static final int NO_PORT = 9;

    private final LocalTransport local;
    private final SdpDirection direction;

    /** @param direction of all m-lines */
    public OfferWriter(LocalTransport local, SdpDirection direction) {
        this.local = local;
        this.direction = direction;
    }

    /** @param lite whether this side only answers checks (RFC 8445 §2.5) */
    public SessionDescription write(List<OfferLine> lines, boolean lite) {
        List<SdpAttribute> attributes = new ArrayList<>();
        attributes.add(new SdpAttribute(
                "group", "BUNDLE " + lines.stream().map(OfferLine::mid).collect(Collectors.joining(" "))));
        if (lite) {
            attributes.add(SdpAttribute.property("ice-lite"));
        }
        attributes.add(new SdpAttribute("ice-options", "trickle"));
        attributes.add(SdpAttribute.property("extmap-allow-mixed"));
        attributes.add(new SdpAttribute("msid-semantic", "WMS *"));
        List<MediaDescription> media = new ArrayList<>();
        for (OfferLine line : lines) {
            media.add(medium(line, media.isEmpty()));
        }
        String id = Long.toUnsignedString(local.sessionId());
        return new SessionDescription("mediatool", "- " + id + " 1 IN IP4 127.0.0.1", null, attributes, media);
    }

    private MediaDescription medium(OfferLine line, boolean first) {
        List<String> types = new ArrayList<>();
        SortedMap<Integer, RtpMap> maps = new TreeMap<>();
        SortedMap<Integer, String> parameters = new TreeMap<>();
        for (RtpCodec codec : line.codecs()) {
            RtpFormat format = codec.format();
            int type = format.payloadType();
            int channels = format.codec() == Codec.OPUS ? 2 : format.channels(); // RFC 7587 §7: always 2
            types.add(String.valueOf(type));
            maps.put(type, new RtpMap(type, format.encodingName(), format.clockRate(), channels));
            if (!format.parameters().isEmpty()) {
                parameters.put(type, text(format));
            }
            if (codec.hasRtx()) {
                int rtx = codec.rtxPayloadType();
                types.add(String.valueOf(rtx));
                maps.put(rtx, new RtpMap(rtx, "rtx", format.clockRate(), 1));
                parameters.put(rtx, "apt=" + type);
            }
        }
        IceCandidate candidate =
                local.candidates().isEmpty() ? null : local.candidates().get(0);
        boolean known = candidate != null && candidate.address() != null;
        return new MediaDescription(
                line.kind().label(),
                candidate != null && known ? candidate.port() : NO_PORT,
                1,
                "UDP/TLS/RTP/SAVPF",
                types,
                maps,
                parameters,
                SdpConnection.of(candidate != null && known ? candidate.host() : "0.0.0.0"),
                direction,
                null,
                new TreeMap<>(),
                attributes(line, first));
    }

    private static String text(RtpFormat format) {
        return format.parameters().entrySet().stream()
                .map(each -> each.getValue().isEmpty() ? each.getKey() : each.getKey() + "=" + each.getValue())
                .collect(Collectors.joining(";"));
    }

    private List<SdpAttribute> attributes(OfferLine line, boolean first) {
        List<SdpAttribute> lines = new ArrayList<>();
        lines.add(new SdpAttribute("mid", line.mid()));
        lines.addAll(local.credentialLines());
        lines.add(new SdpAttribute("fingerprint", local.fingerprint().toString()));
        lines.add(new SdpAttribute("setup", "actpass")); // RFC 8842 §5.2
        for (String property : List.of("rtcp-mux", "rtcp-mux-only", "rtcp-rsize")) {
            lines.add(SdpAttribute.property(property));
        }
        line.extensions().forEach(each -> lines.add(each.toSdp()));
        for (RtpCodec codec : line.codecs()) {
            int type = codec.format().payloadType();
            codec.feedback().forEach(each -> lines.add(new SdpAttribute("rtcp-fb", type + " " + each)));
        }
        lines.addAll(line.source());
        if (first) {
            lines.addAll(local.candidateLines());
        }
        return lines;
    }
}
