package io.mediatool.cli.street.browser;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** A Chromium that may send no UDP publishes and watches by ICE-TCP (RFC 6544), on the port number that UDP has. */
@Tag("street")
@Isolated("a browser needs the machine, and freezes are measured")
final class BlockedUdpTest {
    private static final String NO_UDP = "--webrtc-ip-handling-policy=disable_non_proxied_udp";
    private static final double FROZEN_MS = 500;

    @TempDir
    Path directory;

    @Test
    void mediaGoesByTcp() {
        try (var serve = new Serve(directory);
                var chromium = new Chromium(directory, NO_UDP)) {
            Page publisher = chromium.open(serve.card("tcp", "anna", ""), Serve.reader());
            publisher.await("document.querySelector('.tile')?.dataset.state === 'live'", "publishing");
            Page viewer = chromium.open(serve.room("tcp"), Serve.reader());
            var card = new Viewing(viewer, "anna-card");
            card.awaitLive();
            card.startOver();
            card.awaitPictures(30);
            card.assertMoved(320, 180, FROZEN_MS);
            card.assertTone();
            assertEquals("tcp to " + serve.udp, route(publisher));
            assertEquals("tcp to " + serve.udp, route(viewer));
            chromium.assertNoComplaints();
        }
    }

    /** By which protocol the pair in use goes, and to which port. */
    private static String route(Page page) {
        return page.text(
                "(async () => { const all = await reader.connections.at(-1).pc.getStats();"
                        + " const transport = [...all.values()].find(({type}) => type === 'transport');"
                        + " const pair = all.get(transport.selectedCandidatePairId);"
                        + " return all.get(pair.localCandidateId).protocol + ' to ' + all.get(pair.remoteCandidateId).port; })()");
    }
}
