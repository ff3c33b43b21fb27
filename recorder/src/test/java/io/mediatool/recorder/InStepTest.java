package io.mediatool.recorder;

import static io.mediatool.recorder.BrowserLike.MS;
import static io.mediatool.recorder.BrowserLike.S;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What browsers, their networks and busy machines do to sound and picture, and that both stay within 20 ms of each other in the file. */
final class InStepTest {
    private static final double IN_STEP_MS = 20;

    @TempDir
    Path directory;

    private BrowserLike browser(long seed) throws Exception {
        return new BrowserLike(directory.resolve("out-" + seed + ".mp4"), seed);
    }

    /** Half a minute is in the file as it was captured, and there is nothing to say about it. */
    private static void assertUntouched(BrowserLike browser) throws Exception {
        RecordingSummary summary = browser.run(30);
        browser.assertInStep(0, 3);
        browser.assertPicturesUntouched();
        assertEquals(List.of(), browser.stage.warnings);
        assertEquals(30.0, summary.durationNs() / 1e9, 0.02);
    }

    @Test
    void throughJitterLossAndRetransmissions() throws Exception {
        for (long seed = 1; seed <= 10; seed++) {
            BrowserLike browser = browser(seed);
            browser.loss = 0.05;
            browser.pictureDelay = takenNs -> 60 * MS + browser.random.nextLong(150 * MS);
            browser.soundDelay = takenNs -> 15 * MS + browser.random.nextLong(80 * MS);
            assertUntouched(browser);
        }
    }

    @Test
    void whenTheEncoderStalls() throws Exception {
        for (long stallMs : new long[] {300, 450, 600}) {
            BrowserLike browser = browser(stallMs);
            browser.loss = 0.05;
            // Every four seconds what is captured waits until the encoder goes on; every seven nothing is captured.
            browser.pictureDelay = takenNs -> 60 * MS + Math.max(0, stallMs * MS - takenNs % (4 * S));
            browser.noPicture = takenNs -> takenNs % (7 * S) > 6 * S && takenNs % (7 * S) < 6 * S + stallMs * MS;
            assertUntouched(browser);
        }
    }

    @Test
    void whenSoundIsLateAndStaysSo() throws Exception {
        for (long lateMs : new long[] {250, 600, 950}) {
            BrowserLike browser = browser(lateMs);
            // Late from one frame to the next, with no burst that catches up, and in time again only much later.
            browser.soundDelay = takenNs -> takenNs >= 8 * S && takenNs < 20 * S ? (20 + lateMs) * MS : 20 * MS;
            assertUntouched(browser);
        }
    }

    @Test
    void whenPicturesAreLateAndStaySo() throws Exception {
        BrowserLike browser = browser(1);
        browser.pictureDelay = takenNs -> takenNs >= 8 * S ? 900 * MS : 60 * MS;
        assertUntouched(browser);
    }

    @Test
    void whenReportsOfSoundSayTooLate() throws Exception {
        for (long seed = 1; seed <= 10; seed++) {
            BrowserLike browser = browser(seed);
            // The first by most, then one in three.
            browser.reportError =
                    takenNs -> takenNs == 2 * S ? 120 * MS : Math.max(0, browser.random.nextLong(90 * MS) - 60 * MS);
            browser.run(60);
            browser.assertInStep(0, IN_STEP_MS);
            assertEquals(List.of(), browser.stage.warnings);
        }
    }

    /** A thread that gets no time twice is no clock that stood still. */
    @Test
    void whenTwoReportsOfSoundInARowSayTooLate() throws Exception {
        for (long fromNs : new long[] {1 * S, 5 * S, 20 * S}) {
            for (long seed = 1; seed <= 5; seed++) {
                BrowserLike browser = browser(fromNs + seed);
                var late = new AtomicInteger();
                browser.reportError = takenNs -> takenNs >= fromNs && late.incrementAndGet() <= 2 ? 250 * MS : 0;
                browser.run(60);
                browser.assertInStep(40 * S, IN_STEP_MS);
                browser.assertPicturesUntouched();
                assertEquals(List.of(), browser.stage.warnings);
            }
        }
    }

    @Test
    void whenTheClockOfSoundStoodStill() throws Exception {
        for (long stoodMs : new long[] {1_500, 4_000}) {
            BrowserLike browser = browser(stoodMs);
            browser.stoodAtNs = 12 * S;
            browser.stoodNs = stoodMs * MS;
            browser.soundDelay = takenNs -> 20 * MS + browser.random.nextLong(10 * MS);
            browser.run(40);
            browser.assertInStep(0, IN_STEP_MS);
            browser.assertPicturesUntouched();
            assertEquals(1, browser.stage.warnings.size(), browser.stage.warnings.toString());
        }
    }

    @Test
    void arrivalAfterAStandstillDoesNotMoveThePicture() throws Exception {
        BrowserLike browser = browser(1);
        browser.stoodAtNs = 12 * S;
        browser.stoodNs = 3 * S;
        // It is 100 ms later than before, from then on: arrival says that the clock stood so much longer.
        browser.soundDelay = takenNs -> takenNs < 12 * S ? 20 * MS : 120 * MS;
        browser.run(60);
        browser.assertPicturesUntouched();
        browser.assertInStep(0, 12 * S, 3);
        browser.assertInStep(45 * S, IN_STEP_MS);
    }

    @Test
    void whenSoundIsMissingThatArrivalDoesNotTell() throws Exception {
        for (long stoodMs : new long[] {400, 900}) {
            BrowserLike browser = browser(stoodMs);
            browser.stoodAtNs = 17 * S;
            browser.stoodNs = stoodMs * MS;
            browser.run(60);
            browser.assertInStep(0, 17 * S, 3);
            browser.assertPicturesUntouched();
            browser.assertInStep(33 * S, IN_STEP_MS); // two reports later
            assertTrue(browser.stage.warnings.get(0).contains("time was missing"), browser.stage.warnings.toString());
        }
    }

    @Test
    void whenTheWallClockIsSet() throws Exception {
        BrowserLike browser = browser(1);
        browser.wallSetAtNs = 20 * S;
        browser.wallSetNs = 400 * MS;
        browser.run(40);
        browser.assertInStep(0, 20 * S, 3);
        browser.assertInStep(0, 100); // until reports of both tell the same
        assertEquals(List.of(), browser.stage.warnings);
    }
}
