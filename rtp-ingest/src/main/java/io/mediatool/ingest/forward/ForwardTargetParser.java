package io.mediatool.ingest.forward;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads what a user writes as target. */
final class ForwardTargetParser {
    private static final String SCHEME = "rtp://";
    private static final String FORM = "rtp://HOST:PORT[?rtcp-mux&ttl=N&interface=NAME&video-port=P&audio-port=P]";
    private static final Set<String> OPTIONS = Set.of("rtcp-mux", "ttl", "interface", "video-port", "audio-port");

    private final String text;

    ForwardTargetParser(String text) {
        this.text = text;
    }

    ForwardTarget parse() throws ForwardException {
        if (!text.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            throw refused("a target looks like " + FORM);
        }
        String rest = text.substring(SCHEME.length());
        int query = rest.indexOf('?');
        String place = (query < 0 ? rest : rest.substring(0, query)).replaceAll("/$", "");
        Map<String, String> options = options(query < 0 ? "" : rest.substring(query + 1));
        int colon = place.lastIndexOf(':');
        if (colon < 0 || place.endsWith("]")) {
            throw refused("the port is missing; a target looks like " + FORM);
        }
        InetAddress address = address(place.substring(0, colon));
        int port = number(place.substring(colon + 1), "port", 1, 65_535);
        boolean mux = options.containsKey("rtcp-mux");
        String video = options.get("video-port");
        String audio = options.get("audio-port");
        int videoPort = video == null ? port : number(video, "video-port", 1, 65_535);
        int audioPort = audio == null ? port + 2 : number(audio, "audio-port", 1, 65_535);
        check(videoPort, audioPort, mux);
        String ttl = options.get("ttl");
        return new ForwardTarget(
                text,
                address,
                videoPort,
                audioPort,
                further(port, videoPort, audioPort),
                mux,
                ttl == null ? ForwardTarget.DEFAULT_TTL : number(ttl, "ttl", 0, 255),
                networkInterface(options.get("interface")));
    }

    private void check(int videoPort, int audioPort, boolean mux) throws ForwardException {
        int last = mux ? 65_535 : 65_534;
        if (videoPort > last || audioPort > last) {
            throw refused("there is no room above the port for sound and RTCP; take one below 65532");
        }
        if (Math.abs(videoPort - audioPort) < (mux ? 1 : 2)) {
            throw refused("the ports of pictures and sound overlap" + (mux ? "" : " (RTCP takes the port after each)"));
        }
    }

    /** Behind both, with the parity of the base port. */
    private static int further(int port, int videoPort, int audioPort) {
        int behind = Math.max(port + 4, Math.max(videoPort, audioPort) + 2);
        return behind + (behind - port & 1);
    }

    private Map<String, String> options(String query) throws ForwardException {
        Map<String, String> options = new LinkedHashMap<>();
        for (String part : query.split("&", -1)) {
            if (part.isEmpty()) {
                continue;
            }
            int equals = part.indexOf('=');
            String name = equals < 0 ? part : part.substring(0, equals);
            if (!OPTIONS.contains(name)) {
                throw refused("unknown option '" + name + "'; a target looks like " + FORM);
            }
            options.put(name, equals < 0 ? "" : part.substring(equals + 1));
        }
        return options;
    }

    private InetAddress address(String host) throws ForwardException {
        boolean bracketed = host.startsWith("[") && host.endsWith("]");
        String name = bracketed ? host.substring(1, host.length() - 1) : host;
        if (name.isEmpty()) {
            throw refused("the host is missing; a target looks like " + FORM);
        }
        if (!bracketed && name.indexOf(':') >= 0) {
            throw refused("an IPv6 address goes into brackets: rtp://[::1]:5004");
        }
        try {
            InetAddress address = InetAddress.getByName(name);
            if (address.isAnyLocalAddress()) {
                throw refused(name + " is no address that can be sent to");
            }
            return address;
        } catch (UnknownHostException e) {
            throw refused("host '" + name + "' cannot be resolved");
        }
    }

    private @Nullable NetworkInterface networkInterface(@Nullable String name) throws ForwardException {
        if (name == null) {
            return null;
        }
        try {
            NetworkInterface found = NetworkInterface.getByName(name);
            if (found != null) {
                return found;
            }
        } catch (SocketException e) {
            throw refused("network interface '" + name + "': " + e.getMessage());
        }
        throw refused("there is no network interface '" + name + "'; ip link (or ipconfig) lists them");
    }

    private int number(String value, String what, int lowest, int highest) throws ForwardException {
        if (value.matches("\\d{1,5}")) {
            int number = Integer.parseInt(value);
            if (number >= lowest && number <= highest) {
                return number;
            }
        }
        throw refused(what + " '" + value + "' is not a number from " + lowest + " to " + highest);
    }

    private ForwardException refused(String why) {
        return new ForwardException(text + ": " + why);
    }
}
