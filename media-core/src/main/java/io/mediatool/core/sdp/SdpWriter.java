package io.mediatool.core.sdp;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes descriptions by the grammar of RFC 8866 §9: lines in order, CRLF, mandatory lines always there. A {@code c=} that
 * a medium shares with its session is written once. Keeps nothing between calls.
 */
public final class SdpWriter {
    private final StringBuilder out = new StringBuilder();

    private SdpWriter() {}

    /**
     * The text of {@code description}.
     *
     * @throws IllegalArgumentException when a value holds a line break or a control character,
     *     which would make lines of its own
     */
    public static String write(SessionDescription description) {
        return new SdpWriter().session(description);
    }

    private String session(SessionDescription session) {
        line('v', "0");
        line('o', session.origin().isEmpty() ? "- 0 0 IN IP4 127.0.0.1" : session.origin());
        // RFC 8866 §5.3: a session without a name is called by a single space or dash.
        line('s', session.name().isEmpty() ? "-" : session.name());
        SdpConnection connection = session.connection();
        if (connection != null) {
            line('c', connection.write());
        }
        line('t', "0 0");
        session.attributes().forEach(this::attribute);
        session.media().forEach(medium -> medium(medium, connection));
        return out.toString();
    }

    private void medium(MediaDescription medium, @Nullable SdpConnection sessionConnection) {
        String port = medium.port() + (medium.portCount() > 1 ? "/" + medium.portCount() : "");
        List<String> words = new ArrayList<>(List.of(medium.kind(), port, medium.protocol()));
        words.addAll(medium.formats());
        line('m', String.join(" ", words));
        SdpConnection connection = medium.connection();
        if (connection != null && !connection.equals(sessionConnection)) {
            line('c', connection.write());
        }
        medium.bandwidths().forEach((type, value) -> line('b', type + ":" + value));
        for (RtpMap map : inOrder(medium)) {
            String channels = map.channels() > 1 ? "/" + map.channels() : "";
            line('a', "rtpmap:" + map.payloadType() + " " + map.encodingName() + "/" + map.clockRate() + channels);
        }
        medium.formatParameters().forEach((type, text) -> line('a', "fmtp:" + type + " " + text));
        RtcpAddress rtcp = medium.rtcp();
        if (rtcp != null) {
            SdpConnection where = rtcp.connection();
            line('a', "rtcp:" + rtcp.port() + (where == null ? "" : " " + where.write()));
        }
        if (medium.direction() != SdpDirection.SENDRECV) {
            line('a', medium.direction().label());
        }
        medium.attributes().forEach(this::attribute);
    }

    /** As the m-line has them: aiortc takes the first rtpmap for the best, and others list them so. */
    private static List<RtpMap> inOrder(MediaDescription medium) {
        Map<String, RtpMap> maps = new LinkedHashMap<>();
        for (String format : medium.formats()) {
            for (RtpMap map : medium.rtpMaps().values()) {
                if (format.equals(String.valueOf(map.payloadType()))) {
                    maps.put(format, map);
                }
            }
        }
        medium.rtpMaps().values().forEach(map -> maps.putIfAbsent(String.valueOf(map.payloadType()), map));
        return List.copyOf(maps.values());
    }

    private void attribute(SdpAttribute attribute) {
        line('a', attribute.value().isEmpty() ? attribute.name() : attribute.name() + ":" + attribute.value());
    }

    private void line(char type, String value) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c < ' ' && c != '\t') {
                throw new IllegalArgumentException("control character in a " + type + "= line");
            }
        }
        out.append(type).append('=').append(value).append("\r\n");
    }
}
