package io.mediatool.core.sdp;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Collects the lines of one medium while it is read. */
final class SdpMediaReader {
    /** Takes what had to be mended. */
    interface Warnings {
        void warn(int line, String what, String done);
    }

    private final int line;
    private final String kind;
    private final int port;
    private final int portCount;
    private final String protocol;
    private final List<String> formats;
    private final Warnings warnings;
    private final SortedMap<Integer, RtpMap> rtpMaps = new TreeMap<>();
    private final SortedMap<Integer, SdpFormatParameters.Line> parameters = new TreeMap<>();
    private final SortedMap<String, Long> bandwidths = new TreeMap<>();
    private final List<SdpAttribute> attributes = new ArrayList<>();
    private @Nullable SdpConnection connection;
    private @Nullable SdpDirection direction;
    private @Nullable RtcpAddress rtcp;

    private SdpMediaReader(int line, String[] words, int port, int portCount, Warnings warnings) {
        this.line = line;
        this.kind = words[0];
        this.port = port;
        this.portCount = portCount;
        this.protocol = words[2];
        this.formats = new ArrayList<>(List.of(words).subList(3, Math.min(words.length, 3 + 128)));
        this.warnings = warnings;
    }

    /** Begins with what stands after {@code m=}; null, with a warning, when that is unusable. */
    static @Nullable SdpMediaReader start(int line, String value, Warnings warnings) {
        String[] words = SdpText.words(value);
        if (words.length < 3) {
            warnings.warn(line, "broken m= line", "medium ignored");
            return null;
        }
        int slash = words[1].indexOf('/');
        int port = SdpNumbers.read(slash < 0 ? words[1] : words[1].substring(0, slash), 65_535);
        if (port < 0) {
            warnings.warn(line, "m= line without a valid port", "medium ignored");
            return null;
        }
        int count = slash < 0 ? 1 : Math.max(1, SdpNumbers.read(words[1].substring(slash + 1), 65_535));
        return new SdpMediaReader(line, words, port, count, warnings);
    }

    static SdpAttribute attributeOf(String value) {
        int colon = value.indexOf(':');
        return colon < 0
                ? SdpAttribute.property(value)
                : new SdpAttribute(
                        value.substring(0, colon).strip(),
                        value.substring(colon + 1).strip());
    }

    void read(int number, char type, String value) {
        switch (type) {
            case 'c' -> {
                SdpConnection read = SdpConnection.read(value);
                if (read == null) {
                    warnings.warn(number, "broken c= line", "ignored");
                } else {
                    connection = read;
                }
            }
            case 'b' -> readBandwidth(value);
            case 'a' -> readAttribute(number, attributeOf(value));
            default -> {} // i= and k=; and t= or s= where a writer put them late
        }
    }

    private void readBandwidth(String value) {
        int colon = value.indexOf(':');
        int bits = colon < 1 ? -1 : SdpNumbers.read(value.substring(colon + 1).strip(), Integer.MAX_VALUE);
        if (bits >= 0 && bandwidths.size() < 16) {
            bandwidths.put(value.substring(0, colon), (long) bits);
        }
    }

    private void readAttribute(int number, SdpAttribute attribute) {
        SdpDirection read = SdpDirection.ofName(attribute.name());
        switch (attribute.name()) {
            case "" -> warnings.warn(number, "attribute without a name", "ignored");
            case "rtpmap" -> readRtpMap(number, attribute.value());
            case "fmtp" -> readParameters(number, attribute.value());
            case "rtcp" -> readRtcp(number, attribute.value());
            default -> {
                if (read != null) {
                    direction = read;
                } else {
                    attributes.add(attribute);
                }
            }
        }
    }

    /** {@code <payload type> <encoding name>/<clock rate>[/<channels>]}. */
    private void readRtpMap(int number, String value) {
        String[] words = SdpText.words(value, 2);
        String[] parts = words.length < 2 ? new String[0] : words[1].strip().split("/", -1);
        int type = SdpNumbers.read(words[0], 127);
        if (type < 0 || parts.length == 0 || parts[0].isEmpty()) {
            warnings.warn(number, "broken a=rtpmap", "ignored");
            return;
        }
        int rate = parts.length < 2 ? -1 : SdpNumbers.read(parts[1].strip(), 10_000_000);
        if (rate <= 0) {
            warnings.warn(number, "a=rtpmap without a valid clock rate", "ignored");
            return;
        }
        int channels = parts.length < 3 ? 1 : SdpNumbers.read(parts[2].strip(), 255);
        rtpMaps.put(type, new RtpMap(type, parts[0], rate, Math.max(1, channels)));
    }

    private void readParameters(int number, String value) {
        String[] words = SdpText.words(value, 2);
        int type = SdpNumbers.read(words[0], 127);
        if (type < 0 || words.length < 2) {
            warnings.warn(number, "broken a=fmtp", "ignored");
            return;
        }
        parameters.merge(
                type,
                new SdpFormatParameters.Line(number, words[1].strip()),
                // Some cameras spread them over several lines.
                (old, more) -> new SdpFormatParameters.Line(old.number(), old.text() + ";" + more.text()));
    }

    private void readRtcp(int number, String value) {
        String[] words = SdpText.words(value, 2);
        int rtcpPort = SdpNumbers.read(words[0], 65_535);
        if (rtcpPort <= 0) {
            warnings.warn(number, "broken a=rtcp", "ignored");
            return;
        }
        rtcp = new RtcpAddress(rtcpPort, words.length < 2 ? null : SdpConnection.read(words[1]));
    }

    /** The medium, or null, with a warning, when it has no format at all. */
    @Nullable MediaDescription finish(@Nullable SdpConnection sessionConnection, SdpDirection sessionDirection) {
        boolean rtp = protocol.toUpperCase(java.util.Locale.ROOT).contains("RTP/");
        SortedMap<Integer, String> matched = new TreeMap<>();
        if (rtp) {
            formats.removeIf(this::isNoPayloadType);
            rtpMaps.keySet().forEach(this::listIfMissing);
            matched = SdpFormatParameters.match(formats, rtpMaps, parameters, warnings);
            formats.forEach(this::warnIfUnknown);
        }
        if (formats.isEmpty()) {
            warnings.warn(line, "m= line without a format", "medium ignored");
            return null;
        }
        return new MediaDescription(
                kind,
                port,
                portCount,
                protocol,
                formats,
                rtpMaps,
                matched,
                connection != null ? connection : sessionConnection,
                direction != null ? direction : sessionDirection,
                rtcp,
                bandwidths,
                attributes);
    }

    private boolean isNoPayloadType(String format) {
        if (SdpNumbers.read(format, 127) >= 0) {
            return false;
        }
        warnings.warn(line, "m= line with a payload type that is none", "that payload type is ignored");
        return true;
    }

    private void listIfMissing(int payloadType) {
        if (formats.stream().noneMatch(format -> SdpNumbers.read(format, 127) == payloadType)) {
            warnings.warn(line, "a=rtpmap of payload type " + payloadType + " not on the m= line", "added");
            formats.add(String.valueOf(payloadType));
        }
    }

    private void warnIfUnknown(String format) {
        int type = SdpNumbers.read(format, 127);
        if (type >= 96 && !rtpMaps.containsKey(type)) {
            warnings.warn(line, "payload type " + type + " without a=rtpmap", "kept, its codec is unknown");
        }
    }
}
