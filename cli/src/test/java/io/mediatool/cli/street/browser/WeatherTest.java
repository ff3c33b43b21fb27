package io.mediatool.cli.street.browser;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mediatool.cli.street.browser.Browser.Make;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Publisher and viewer lose one packet in twenty, each way, and every packet is late by up to 50 ms: the picture goes on. A few seconds
 * of one codec; {@code -Dstreet.seconds=60 -Dstreet.codecs=VP8,VP9,H264,AV1} for the long proof.
 */
@Tag("street")
@Isolated("a browser needs the machine, and freezes are measured")
final class WeatherTest {
    private static final int SECONDS = Integer.getInteger("street.seconds", 10);
    private static final List<String> CODECS =
            List.of(System.getProperty("street.codecs", "VP8").split(","));
    private static final long SEED = Long.getLong("street.seed", 20_260_131);
    private static final int FPS = 15;
    private static final double FROZEN_MS = 500;
    private static final Relay.Weather BAD =
            new Relay.Weather(0.05, 0, Duration.ofMillis(50).toNanos());

    @TempDir
    Path directory;

    @ParameterizedTest
    @EnumSource
    void nothingFreezes(Make make) throws Exception {
        for (String codec : CODECS) {
            nothingFreezes(make, codec);
        }
    }

    private void nothingFreezes(Make make, String codec) throws Exception {
        try (var serve = new Serve(directory, Serve.EVERY_INTERFACE);
                var relay = new Relay(serve.udp, SEED, Serve.address());
                Browser browser = make.start(directory)) {
            String script = Serve.reader() + relay.script();
            Page publisher = browser.publish(serve.card("weather", "rain", "&codec=" + codec), script);
            Page viewer = browser.open(serve.room("weather"), script);
            var viewing = new Viewing(viewer, "rain-card");
            viewing.awaitLive();
            viewing.awaitPictures(2 * FPS);
            relay.weather(BAD);
            viewing.awaitPictures(4 * FPS); // the viewer's jitter buffer learns
            viewing.startOver();
            long lostBefore = relay.lost();
            viewing.awaitPictures(SECONDS * FPS, Duration.ofSeconds(2L * SECONDS + 50));
            JsonObject received = viewing.received();
            String story = codec + " for " + SECONDS + " s, seed " + SEED + ", lost " + relay.lost() + " of "
                    + (relay.lost() + relay.passed()) + "\n"
                    + viewing.report().encode() + "\n" + received.encode() + "\nbefore the network: "
                    + new Viewing(publisher, "rain-card").report().encode() + "\n" + serve.get("sessions");
            Viewing.tellLong(SECONDS, story);
            assertTrue(relay.lost() - lostBefore > SECONDS, story);
            assertTrue(received.getInteger("nackCount") > 0, story);
            viewing.assertNoGap(FROZEN_MS, () -> story);
            viewing.assertTone();
            viewer.screenshot("weather");
            browser.assertNoComplaints();
        }
    }
}
