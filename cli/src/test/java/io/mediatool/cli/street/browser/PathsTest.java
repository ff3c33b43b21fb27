package io.mediatool.cli.street.browser;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mediatool.core.loop.address.AddressText;
import java.net.Inet6Address;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** Browsers come by other ways than UDP over IPv4 from an address that stays: they publish and watch all the same. */
@Tag("street")
@Isolated("a browser needs the machine, and freezes are measured")
final class PathsTest {
    private static final double FROZEN_MS = 500;
    /** Browsers check a path that works each 2.5 s, and a lite server learns from nothing else that an address has changed. */
    private static final double MOVED_MS = 3500;
    /** What companies set. */
    private static final String NO_UDP = "--webrtc-ip-handling-policy=disable_non_proxied_udp";
    /** Firefox has no such setting: to its pages the server is nowhere to be found by UDP. */
    private static final String NO_UDP_CANDIDATES = """
            ;{
              const set = RTCPeerConnection.prototype.setRemoteDescription;
              RTCPeerConnection.prototype.setRemoteDescription = function ({ type, sdp }) {
                return set.call(this, { type, sdp: sdp.replace(/a=candidate:\\S+ \\d+ udp .*\\r\\n/gi, "") });
              };
            }""";

    @TempDir
    Path directory;

    /** By ICE-TCP (RFC 6544), on the port number that UDP has. */
    @Test
    void withoutUdpMediaGoesByTcp() {
        try (var serve = new Serve(directory);
                var chromium = new Chromium(directory, NO_UDP)) {
            publishAndWatch(serve, chromium, Serve.reader(), "tcp 127.0.0.1 " + serve.udp);
        }
    }

    @Test
    void whereFirefoxFindsNoUdpMediaGoesByTcp() {
        String address = Serve.address().getHostAddress();
        try (var serve = new Serve(directory, List.of("--advertise", address));
                var firefox = new Firefox(directory)) {
            publishAndWatch(serve, firefox, Serve.reader() + NO_UDP_CANDIDATES, "tcp " + address + " " + serve.udp);
        }
    }

    @Test
    void mediaGoesByIpv6() {
        try (var serve = new Serve(directory, List.of("--bind", "::1"));
                var chromium = new Chromium(directory)) {
            publishAndWatch(serve, chromium, Serve.reader(), "udp ::1 " + serve.udp);
        }
    }

    /** Not over the loopback interface: a page of Firefox gets no connection there, not even with {@code media.peerconnection.ice.loopback}. */
    @Test
    void firefoxsMediaGoesByIpv6() {
        String address = Serve.addresses()
                .filter(Inet6Address.class::isInstance)
                .map(AddressText::of)
                .findFirst()
                .orElseThrow(() -> new AssertionError("no IPv6 beside the loopback interface"));
        try (var serve = new Serve(directory, List.of("--advertise", address));
                var firefox = new Firefox(directory)) {
            publishAndWatch(serve, firefox, Serve.reader(), "udp " + address + " " + serve.udp);
        }
    }

    private static void publishAndWatch(Serve serve, Browser browser, String script, String route) {
        Page publisher = browser.publish(serve.card("paths", "anna", ""), script);
        Page viewer = browser.open(serve.room("paths"), script);
        var card = new Viewing(viewer, "anna-card");
        card.awaitLive();
        card.startOver();
        card.awaitPictures(30);
        card.assertMoved(320, 180, FROZEN_MS);
        card.assertTone();
        assertEquals(route, route(publisher));
        assertEquals(route, route(viewer));
        browser.assertNoComplaints();
    }

    /** The protocol of the pair in use, and the server's end of it: the report of the transport names the pair, or the pair says it itself. */
    private static String route(Page page) {
        return page.text("(async () => { const all = await reader.connections.at(-1).pc.getStats();"
                + " const transport = [...all.values()].find(({type}) => type === 'transport');"
                + " const pair = all.get(transport?.selectedCandidatePairId) ?? [...all.values()].find(({selected}) => selected);"
                + " const { protocol, address, port } = all.get(pair.remoteCandidateId);"
                + " return [protocol, address, port].join(' '); })()");
    }

    /** Both NATs forget their mappings: to the server both clients have new addresses. Nothing is agreed on anew. */
    @Test
    void anAddressMayChange() throws Exception {
        try (var serve = new Serve(directory);
                var relay = new Relay(serve.udp, 1);
                var chromium = new Chromium(directory)) {
            String script = Serve.reader() + relay.script();
            chromium.publish(serve.card("paths", "anna", ""), script);
            Page viewer = chromium.open(serve.room("paths"), script);
            var card = new Viewing(viewer, "anna-card");
            card.awaitLive();
            card.startOver();
            card.awaitPictures(10);
            relay.rebind();
            card.awaitPictures(70);
            card.assertMoved(320, 180, MOVED_MS);
            assertEquals(1.0, viewer.number("reader.connections.length"), "connections");
            chromium.assertNoComplaints();
        }
    }
}
