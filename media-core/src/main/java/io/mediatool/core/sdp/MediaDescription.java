package io.mediatool.core.sdp;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A medium of a session (RFC 8866 §5.14) with what belongs to it.
 *
 * @param kind {@code audio}, {@code video}, {@code application} …
 * @param port 0 to 65535; 0 says that the medium is refused, or that RTSP will tell
 * @param portCount how many port pairs, at least 1
 * @param protocol {@code RTP/AVP}, {@code UDP/TLS/RTP/SAVPF}, {@code udp} …
 * @param formats what the {@code m=} line lists: payload types for RTP
 * @param rtpMaps {@code a=rtpmap} by payload type
 * @param formatParameters {@code a=fmtp} by payload type, as written after it
 * @param connection the one in force: its own or the session's; null when the description has none
 * @param direction the one in force: its own or the session's
 * @param rtcp {@code a=rtcp}, null where absent
 * @param bandwidths {@code b=} values by type: {@code AS} in kbit/s, {@code TIAS} in bit/s
 * @param attributes all other {@code a=} lines, in order
 */
public record MediaDescription(
        String kind,
        int port,
        int portCount,
        String protocol,
        List<String> formats,
        SortedMap<Integer, RtpMap> rtpMaps,
        SortedMap<Integer, String> formatParameters,
        @Nullable SdpConnection connection,
        SdpDirection direction,
        @Nullable RtcpAddress rtcp,
        SortedMap<String, Long> bandwidths,
        List<SdpAttribute> attributes) {

    public MediaDescription {
        formats = List.copyOf(formats);
        rtpMaps = Collections.unmodifiableSortedMap(new TreeMap<>(rtpMaps));
        formatParameters = Collections.unmodifiableSortedMap(new TreeMap<>(formatParameters));
        bandwidths = Collections.unmodifiableSortedMap(new TreeMap<>(bandwidths));
        attributes = List.copyOf(attributes);
    }

    /** Whether the protocol is a profile of RTP. */
    public boolean isRtp() {
        return protocol.toUpperCase(Locale.ROOT).contains("RTP/");
    }

    /** The payload types of the {@code m=} line, in its order of preference; empty when it is not RTP. */
    public List<Integer> payloadTypes() {
        List<Integer> types = new ArrayList<>();
        if (isRtp()) {
            for (String format : formats) {
                int type = SdpNumbers.read(format, 127);
                if (type >= 0) {
                    types.add(type);
                }
            }
        }
        return types;
    }

    /**
     * The parameters of {@code a=fmtp}, keys in lower case, values as written; a word without {@code =} has an empty
     * value. Empty when there is no such line.
     */
    public Map<String, String> parameters(int payloadType) {
        Map<String, String> parameters = new LinkedHashMap<>();
        for (String part : formatParameters.getOrDefault(payloadType, "").split(";", -1)) {
            String text = part.trim();
            int equals = text.indexOf('=');
            if (equals >= 0) {
                String key = text.substring(0, equals).trim().toLowerCase(Locale.ROOT);
                parameters.put(key, text.substring(equals + 1).trim());
            } else if (!text.isEmpty()) {
                parameters.put(text.toLowerCase(Locale.ROOT), "");
            }
        }
        return parameters;
    }

    /** The value of the first attribute {@code name}, or null when there is none. */
    public @Nullable String attribute(String name) {
        return find(attributes, name);
    }

    /** Whether RTCP shares the RTP port (RFC 5761 §5.1.1). */
    public boolean rtcpMux() {
        return attribute("rtcp-mux") != null;
    }

    /** Where RTCP goes: the port of {@code a=rtcp}, the media port when muxed, else the one above (RFC 3550 §11). */
    public int rtcpPort() {
        if (rtcpMux()) {
            return port;
        }
        return rtcp != null ? rtcp.port() : Math.min(65_535, port + 1);
    }

    static @Nullable String find(List<SdpAttribute> attributes, String name) {
        for (SdpAttribute attribute : attributes) {
            if (attribute.name().equals(name)) {
                return attribute.value();
            }
        }
        return null;
    }
}
