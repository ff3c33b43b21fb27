package io.mediatool.cli.street.browser;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mediatool.cli.street.browser.Browser.Make;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A browser publishes in every codec that it can encode, and Chromium and Firefox watch: the pictures in order, of the right size, never
 * standing still, from the first instant, with their sound. A few seconds each; {@code -Dstreet.seconds=60} for the long proof.
 */
@Tag("street")
@Isolated("a browser needs the machine, and freezes are measured")
final class CodecsTest {
    private static final int SECONDS = Integer.getInteger("street.seconds", 3);
    private static final int FPS = 15;
    private static final double FROZEN_MS = 500;
    private static final double FIRST_PICTURE_MS = 300;

    /**
     * Chromium counts a freeze when a picture is decoded so much later than usual, which at fifteen pictures a second is when the
     * publishing page misses three of them: where three processes draw and encode with two processors that happens. It is the
     * server's only when what was taken in time came in late.
     */
    private static final double FREEZE_MS = 150;

    /** What of that is wanted. */
    private static final List<String> CODECS =
            List.of(System.getProperty("street.codecs", "VP8,VP9,H264,AV1").split(","));

    @TempDir
    Path directory;

    /** Debian's Firefox has no H.264 of its own, neither to send nor to receive: that is in a plugin from elsewhere. */
    @ParameterizedTest
    @CsvSource({"CHROMIUM, ',VP8,H264,AV1,VP9'", "FIREFOX, ',VP8,VP9,AV1'"})
    void everyCodecComesThrough(Make publishing, String choice) {
        try (var serve = new Serve(directory, Serve.EVERY_INTERFACE);
                var chromium = new Chromium(directory);
                var firefox = new Firefox(directory)) {
            Browser publisher = publishing == Make.CHROMIUM ? chromium : firefox;
            assertChoice(choice, publisher.open(serve.room("codecs")));
            for (String codec : CODECS) {
                if (choice.contains(codec)) {
                    publishAndWatch(serve, publisher, List.of(chromium, firefox), codec);
                }
            }
            chromium.assertNoComplaints();
            firefox.assertNoComplaints();
        }
    }

    /** What this browser cannot encode is not offered, so that nobody chooses it in vain. */
    private static void assertChoice(String choice, Page page) {
        assertEquals(
                choice,
                page.text("[...document.querySelector('[name=codec]').options].map(({value}) => value).join()"));
        page.close();
    }

    private static void publishAndWatch(Serve serve, Browser publishing, List<Browser> watching, String codec) {
        String stream = codec.toLowerCase(Locale.ROOT) + "-card";
        Page publisher = publishing.publish(
                serve.card("codecs", codec.toLowerCase(Locale.ROOT), "&codec=" + codec), Serve.reader());
        publisher.await("reader.report('.tile video').pictures > " + 2 * FPS, "publishing for two seconds");
        for (Browser browser : watching) {
            Page viewer = browser.open(serve.room("codecs"), Serve.reader());
            String mimeTypes =
                    viewer.text("RTCRtpReceiver.getCapabilities('video').codecs.map(({mimeType}) => mimeType).join()");
            if (mimeTypes.contains("video/" + codec)) {
                watch(codec, viewer, stream);
            } else {
                assertSaysWhy(codec, viewer, stream);
            }
            viewer.close();
        }
        publisher.close();
    }

    private static void assertSaysWhy(String codec, Page viewer, String stream) {
        viewer.allow("406");
        String line = Page.quoted(new Viewing(viewer, stream).in(".state"));
        viewer.await(
                "/This cannot be watched: .* sent is " + codec + "/.test(document.querySelector(" + line
                        + ")?.textContent)",
                "told why it sees nothing");
        viewer.screenshot("codecs-" + codec);
    }

    private static void watch(String codec, Page viewer, String stream) {
        var viewing = new Viewing(viewer, stream);
        viewing.awaitLive();
        viewing.assertFirstPicture(FIRST_PICTURE_MS);
        viewing.startOver();
        viewing.awaitPictures(SECONDS * FPS, Duration.ofSeconds(2L * SECONDS + 50));
        Viewing.tellLong(
                SECONDS,
                codec + " for " + SECONDS + " s: " + viewing.report().encode() + " "
                        + viewing.received().encode());
        viewing.assertMoved(320, 180, FROZEN_MS);
        viewing.assertNotHeld(FREEZE_MS);
        assertEquals(
                "video/" + codec,
                viewer.text("(async () => [...(await reader.connections.at(-1).pc.getStats()).values()]"
                        + ".find(({mimeType}) => mimeType?.startsWith('video/')).mimeType)()"));
        viewing.assertTone();
    }
}
