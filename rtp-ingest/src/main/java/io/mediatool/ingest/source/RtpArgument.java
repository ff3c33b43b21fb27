package io.mediatool.ingest.source;

import io.mediatool.core.codec.Codec;
import io.mediatool.core.codec.MediaKind;
import io.mediatool.core.codec.RtpFormat;
import io.mediatool.core.codec.StaticPayloadTypes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** {@code rtp://} and {@code udp://} arguments. */
final class RtpArgument {
    private static final Set<String> RTP_OPTIONS =
            Set.of("codec", "pt", "rate", "channels", "fmtp", "rtcp-port", "rtcp-mux", "iface", "source");
    private static final Set<String> UDP_OPTIONS = Set.of("codec", "iface", "source");
    private static final Set<String> TRANSPORT_STREAM = Set.of("ts", "mpegts", "mp2t", "mpeg-ts");
    /** Sampling frequencies of an AudioSpecificConfig by index (ISO/IEC 14496-3 Table 1.18). */
    private static final List<Integer> AAC_RATES =
            List.of(96000, 88200, 64000, 48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025, 8000, 7350);

    private RtpArgument() {}

    static String codecNames() {
        return Arrays.stream(Codec.values()).map(Codec::label).collect(Collectors.joining(", "));
    }

    static UdpTsSource udp(String argument) throws SourceException {
        SourceQuery query = SourceQuery.parse(argument, UDP_OPTIONS);
        String codec = query.options().get("codec");
        if (codec != null && !TRANSPORT_STREAM.contains(codec.toLowerCase(Locale.ROOT))) {
            throw new SourceException(argument + ": bare UDP can only be MPEG-TS; for RTP write rtp://"
                    + argument.substring("udp://".length()));
        }
        return new UdpTsSource(
                argument, query.address(), query.port(), query.options().get("iface"), query.multicastSource());
    }

    static RtpSource rtp(String argument) throws SourceException {
        SourceQuery query = SourceQuery.parse(argument, RTP_OPTIONS);
        String codec = query.options().get("codec");
        boolean transportStream = codec != null && TRANSPORT_STREAM.contains(codec.toLowerCase(Locale.ROOT));
        int payloadType = query.number("pt", -1, 0, 127);
        transportStream |= codec == null && payloadType == StaticPayloadTypes.MP2T;
        RtpFormat format = transportStream ? null : format(query, codec, payloadType);
        int above = query.port() == 65_535 ? 0 : query.port() + 1;
        int rtcpPort = query.number("rtcp-port", above, 1, 65_535);
        String mux = query.options().get("rtcp-mux");
        if (mux != null && !Set.of("0", "false", "no").contains(mux)) {
            rtcpPort = query.port();
        }
        return new RtpSource(
                argument,
                query.address(),
                query.port(),
                format,
                format != null && payloadType < 0,
                transportStream,
                rtcpPort,
                query.options().get("iface"),
                query.multicastSource());
    }

    private static @Nullable RtpFormat format(SourceQuery query, @Nullable String name, int payloadType)
            throws SourceException {
        RtpFormat fixed = payloadType < 0 ? null : StaticPayloadTypes.of(payloadType);
        if (name == null) {
            for (String needsCodec : List.of("rate", "channels", "fmtp")) {
                if (query.options().containsKey(needsCodec) && fixed == null) {
                    throw new SourceException(query.argument() + ": " + needsCodec
                            + "= needs a codec; add codec= with one of " + codecNames());
                }
            }
            if (payloadType >= 0 && fixed == null) {
                throw new SourceException(query.argument() + ": payload type " + payloadType
                        + " says nothing alone; add codec= with one of " + codecNames() + ", or leave pt out");
            }
            return fixed;
        }
        Codec codec = Codec.ofName(name);
        if (codec == null) {
            throw new SourceException(
                    query.argument() + ": unknown codec '" + name + "'; known are " + codecNames() + " and ts");
        }
        RtpFormat usual = RtpFormat.of(codec, payloadType < 0 ? usualPayloadType(codec) : payloadType);
        int rate = query.number("rate", usual.clockRate(), 1, 10_000_000);
        int channels = query.number("channels", usual.channels(), 1, 255);
        Map<String, String> parameters = parameters(query.options().getOrDefault("fmtp", ""));
        String encoding = name.equalsIgnoreCase("mp4a-latm") ? "MP4A-LATM" : usual.encodingName();
        if (codec == Codec.AAC) {
            parameters = aacParameters(query, encoding, rate, channels, parameters);
        }
        if (codec.kind() == MediaKind.VIDEO && query.options().containsKey("channels")) {
            throw new SourceException(query.argument() + ": channels= is for audio, " + codec.label() + " is video");
        }
        return new RtpFormat(codec, usual.payloadType(), encoding, rate, channels, parameters);
    }

    private static int usualPayloadType(Codec codec) {
        return switch (codec) {
            case PCMU -> 0;
            case PCMA -> 8;
            case G722 -> 9;
            default -> codec.kind() == MediaKind.AUDIO ? 97 : 96;
        };
    }

    private static Map<String, String> parameters(String fmtp) {
        Map<String, String> parameters = new LinkedHashMap<>();
        for (String part : fmtp.split(";", -1)) {
            int equals = part.indexOf('=');
            String key = (equals < 0 ? part : part.substring(0, equals)).trim().toLowerCase(Locale.ROOT);
            if (!key.isEmpty()) {
                parameters.put(key, equals < 0 ? "" : part.substring(equals + 1).trim());
            }
        }
        return parameters;
    }

    /** AAC does not describe itself on the wire, except LATM with cpresent=1 (RFC 6416 §7.3): the rest must be told. */
    private static Map<String, String> aacParameters(
            SourceQuery query, String encoding, int rate, int channels, Map<String, String> given)
            throws SourceException {
        Map<String, String> parameters = new LinkedHashMap<>(given);
        if (encoding.equals("MP4A-LATM")) {
            if (!"0".equals(parameters.get("cpresent")) || parameters.containsKey("config")) {
                return parameters;
            }
            throw new SourceException(query.argument() + ": LATM with cpresent=0 needs its config; copy it from the"
                    + " sender's SDP: &fmtp=cpresent=0;config=…");
        }
        if (!parameters.containsKey("config")) {
            if (!query.options().containsKey("rate")) {
                throw new SourceException(query.argument() + ": AAC does not tell its configuration; add"
                        + " &rate=48000&channels=2 for AAC-LC, or &fmtp=config=… from the sender's SDP");
            }
            parameters.put("config", audioSpecificConfig(query, rate, channels));
        }
        // RFC 3640 §3.3.6: AAC-hbr is what everybody sends.
        parameters.putIfAbsent("streamtype", "5");
        parameters.putIfAbsent("mode", "AAC-hbr");
        parameters.putIfAbsent("sizelength", "13");
        parameters.putIfAbsent("indexlength", "3");
        parameters.putIfAbsent("indexdeltalength", "3");
        return parameters;
    }

    /**
     * AAC-LC (ISO/IEC 14496-3 §1.6.2.1):
     *
     * <pre>
     * object type (5) = 2 | frequency index (4) | channels (4) | 0 (3)
     * </pre>
     */
    private static String audioSpecificConfig(SourceQuery query, int rate, int channels) throws SourceException {
        int index = AAC_RATES.indexOf(rate);
        List<Integer> layouts = new ArrayList<>(List.of(1, 2, 3, 4, 5, 6));
        if (index < 0 || !layouts.contains(channels)) {
            throw new SourceException(query.argument() + ": no plain AAC-LC has rate " + rate + " and " + channels
                    + " channels; give &fmtp=config=… from the sender's SDP");
        }
        return String.format(Locale.ROOT, "%04x", 2 << 11 | index << 7 | channels << 3);
    }
}
