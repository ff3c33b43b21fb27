package io.mediatool.core.signalling;

import io.mediatool.core.codec.Codec;
import io.mediatool.core.codec.RtpFormat;
import io.mediatool.core.codec.StaticPayloadTypes;
import io.mediatool.core.sdp.MediaDescription;
import io.mediatool.core.sdp.RtcpAddress;
import io.mediatool.core.sdp.RtpMap;
import io.mediatool.core.sdp.SdpAttribute;
import io.mediatool.core.sdp.SdpConnection;
import io.mediatool.core.sdp.SdpDirection;
import io.mediatool.core.sdp.SessionDescription;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Between media descriptions and {@link RtpFormat}s, both ways. */
public final class SdpFormats {
    /** Formats that ride beside media and are no codecs: leaving them out needs no warning. */
    private static final Set<String> COMPANIONS =
            Set.of("rtx", "red", "ulpfec", "flexfec-03", "telephone-event", "cn", "parityfec");

    private SdpFormats() {}

    /** What {@code medium} offers. Never refuses: what cannot be used is named in the warnings. */
    public static MediaFormats read(MediaDescription medium) {
        List<RtpFormat> formats = new ArrayList<>();
        List<Integer> transportStreams = new ArrayList<>();
        List<Integer> undescribed = new ArrayList<>();
        List<String> warnings = new ArrayList<>();
        if (!medium.isRtp()) {
            warnings.add(medium.kind() + " over " + medium.protocol() + " is not RTP");
        }
        for (int type : medium.payloadTypes()) {
            RtpMap map = medium.rtpMaps().get(type);
            RtpFormat format = map == null ? StaticPayloadTypes.of(type) : described(medium, map);
            if (map == null
                    ? type == StaticPayloadTypes.MP2T
                    : map.encodingName().equalsIgnoreCase("MP2T")) {
                transportStreams.add(type);
            } else if (format != null) {
                formats.add(map == null ? withParameters(format, medium.parameters(type)) : format);
            } else if (map == null && type >= 96) {
                undescribed.add(type);
            } else if (map == null || !COMPANIONS.contains(map.encodingName().toLowerCase(Locale.ROOT))) {
                String name = map == null ? "static payload type " + type : map.encodingName();
                warnings.add("payload type " + type + ": " + name + " is not supported");
            }
        }
        return new MediaFormats(formats, transportStreams, undescribed, warnings);
    }

    private static @Nullable RtpFormat described(MediaDescription medium, RtpMap map) {
        Codec codec = Codec.ofName(map.encodingName());
        if (codec == null) {
            return null;
        }
        int type = map.payloadType();
        return new RtpFormat(codec, type, map.encodingName(), map.clockRate(), map.channels(), medium.parameters(type));
    }

    private static RtpFormat withParameters(RtpFormat format, Map<String, String> parameters) {
        return new RtpFormat(
                format.codec(),
                format.payloadType(),
                format.encodingName(),
                format.clockRate(),
                format.channels(),
                parameters);
    }

    /**
     * A description of plain RTP that FFmpeg, VLC and GStreamer open as it is.
     *
     * @param name the session's name; control characters become spaces
     * @param sessionId any number, for the origin line: the same for the same session (RFC 8866 §5.2)
     * @param destinations at least one
     */
    public static SessionDescription describe(String name, long sessionId, List<RtpDestination> destinations) {
        InetAddress first = destinations.get(0).address();
        boolean shared = destinations.stream().allMatch(each -> each.address().equals(first));
        SdpConnection connection = shared ? connection(destinations.get(0)) : null;
        String family = first instanceof Inet4Address ? "IP4 " : "IP6 ";
        String id = Long.toUnsignedString(sessionId);
        return new SessionDescription(
                name.replaceAll("\\p{Cntrl}", " "),
                "- " + id + " " + id + " IN " + family + first.getHostAddress().replaceAll("%.*", ""),
                connection,
                List.of(new SdpAttribute("tool", "mediatool")),
                destinations.stream().map(SdpFormats::describe).toList());
    }

    /** The medium of one destination. */
    public static MediaDescription describe(RtpDestination destination) {
        RtpFormat format = destination.format();
        int type = format.payloadType();
        SortedMap<Integer, RtpMap> maps = new TreeMap<>();
        int channels = format.codec() == Codec.OPUS ? 2 : format.channels(); // RFC 7587 §7: always 2
        maps.put(type, new RtpMap(type, format.encodingName(), format.clockRate(), channels));
        SortedMap<Integer, String> parameters = new TreeMap<>();
        if (!format.parameters().isEmpty()) {
            parameters.put(type, parameterText(format.parameters()));
        }
        List<SdpAttribute> attributes = destination.rtcpMux() ? List.of(SdpAttribute.property("rtcp-mux")) : List.of();
        // a=rtcp beside rtcp-mux is for receivers that do not know the latter (RFC 5761 §5.1.1).
        RtcpAddress rtcp = destination.rtcpMux() ? new RtcpAddress(destination.port(), null) : null;
        return new MediaDescription(
                format.codec().kind().label(),
                destination.port(),
                1,
                "RTP/AVP",
                List.of(String.valueOf(type)),
                maps,
                parameters,
                connection(destination),
                SdpDirection.SENDRECV,
                rtcp,
                new TreeMap<>(),
                attributes);
    }

    /** {@code ; } between parameters: FFmpeg reads both ways, but some cameras' clients want the space. */
    private static String parameterText(Map<String, String> parameters) {
        List<String> words = new ArrayList<>();
        parameters.forEach((key, value) -> words.add(value.isEmpty() ? key : key + "=" + value));
        return String.join("; ", words);
    }

    private static SdpConnection connection(RtpDestination destination) {
        InetAddress address = destination.address();
        String text = address.getHostAddress();
        int zone = text.indexOf('%');
        boolean ip4 = address instanceof Inet4Address;
        // RFC 8866 §5.7: an IPv4 group must carry its TTL, an IPv6 group must not.
        int ttl = ip4 && address.isMulticastAddress() ? destination.ttl() : -1;
        return new SdpConnection(ip4 ? "IP4" : "IP6", zone < 0 ? text : text.substring(0, zone), ttl, 1);
    }
}
