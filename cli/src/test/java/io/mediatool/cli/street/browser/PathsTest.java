package io.mediatool.cli.street.browser;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** Chromium comes by other ways than UDP over IPv4 from an address that stays: publishes and watches all the same. */
@Tag("street")
@Isolated("a browser needs the machine, and freezes are measured")
final class PathsTest {
    private static final double FROZEN_MS = 500;
    /** Browsers check a path that works each 2.5 s, and a lite server learns from nothing else that an address has changed. */
    private static final double MOVED_MS = 3500;
    /** What companies set. */
    private static final String NO_UDP = "--webrtc-ip-handling-policy=disable_non_proxied_udp";

    @TempDir
    Path directory;

    /** By ICE-TCP (RFC 6544), on the port number that UDP has. */
    @Test
    void withoutUdpMediaGoesByTcp() {
        try (var serve = new Serve(directory);
                var chromium = new Chromium(directory, NO_UDP)) {
            publishAndWatch(serve, chromium, "tcp 127.0.0.1 " + serve.udp);
        }
    }

    @Test
    void mediaGoesByIpv6() {
        try (var serve = new Serve(directory, List.of("--bind", "::1"));
                var chromium = new Chromium(directory)) {
            publishAndWatch(serve, chromium, "udp ::1 " + serve.udp);
        }
    }

    private static void publishAndWatch(Serve serve, Chromium chromium, String route) {
        Page publisher = chromium.publish(serve.card("paths", "anna", ""), Serve.reader());
        Page viewer = chromium.open(serve.room("paths"), Serve.reader());
        var card = new Viewing(viewer, "anna-card");
        card.awaitLive();
        card.startOver();
        card.awaitPictures(30);
        card.assertMoved(320, 180, FROZEN_MS);
        card.assertTone();
        assertEquals(route, route(publisher));
        assertEquals(route, route(viewer));
        chromium.assertNoComplaints();
    }

    /** The protocol of the pair in use, and the server's end of it. */
    private static String route(Page page) {
        return page.text("(async () => { const all = await reader.connections.at(-1).pc.getStats();"
                + " const transport = [...all.values()].find(({type}) => type === 'transport');"
                + " const { protocol, address, port } = all.get(all.get(transport.selectedCandidatePairId).remoteCandidateId);"
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
