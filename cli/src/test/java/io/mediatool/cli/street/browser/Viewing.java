package io.mediatool.cli.street.browser;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mediatool.cli.street.Pace;
import io.mediatool.cli.street.Street;
import io.vertx.core.json.JsonObject;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.function.Supplier;

/** What one page sees of one published test card. */
final class Viewing {
    private static final double TONE_HZ = 440;
    private static final double AUDIBLE_DB = -60;
    /** What a machine that does not keep pace may add to what is measured: what never comes is still missed. */
    private static final double BUSY_MS = 5_000;

    private final Page page;
    private final String tile;
    private final long openedNs = Pace.begin();
    private double sinceMs;
    private long sinceNs = openedNs;

    Viewing(Page page, String stream) {
        this.page = page;
        this.tile = "[data-stream=" + stream + "]";
    }

    /** A selector of something in the tile. */
    String in(String selector) {
        return tile + " " + selector;
    }

    private String video() {
        return Page.quoted(in("video"));
    }

    /** Some picture, no test card. */
    void awaitPicture() {
        page.await("document.querySelector(" + video() + ")?.videoWidth > 0", "a picture in " + tile);
    }

    /** So many pictures of any kind, not counting those that were dropped. */
    void awaitDecoded(int count) {
        String quality = "document.querySelector(" + video() + ").getVideoPlaybackQuality()";
        page.await(
                quality + ".totalVideoFrames - " + quality + ".droppedVideoFrames > " + count,
                count + " pictures in " + tile);
    }

    void awaitLive() {
        page.await("document.querySelector(" + Page.quoted(tile) + ")?.dataset.state === 'live'", "live: " + tile);
        page.await("reader.report(" + video() + ").pictures > 0", "a picture in " + tile);
    }

    /** What is reported from now on does not count what was before. */
    void startOver() {
        sinceMs = page.number("performance.now()");
        sinceNs = Pace.begin();
    }

    /** Waits until so much more has been seen. */
    void awaitPictures(int count) {
        awaitPictures(count, Street.SOON);
    }

    void awaitPictures(int count, Duration deadline) {
        page.await(
                "reader.report(" + video() + ", " + sinceMs + ").pictures >= " + count,
                count + " pictures in " + tile + ", before " + report().encode(),
                deadline);
    }

    JsonObject report() {
        return report(sinceMs);
    }

    /** Of what was seen from then on, 0 for all of it. */
    JsonObject report(double fromMs) {
        return page.object("reader.report(" + video() + ", " + fromMs + ")");
    }

    /** Prints the figures of a proof of a minute or more. */
    static void tellLong(int seconds, String story) {
        if (seconds >= 60) {
            double load = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
            System.out.println("load " + load + ", " + story);
        }
    }

    /** The first picture was shown so soon after the connection stood. */
    void assertFirstPicture(double latestMs) {
        double ms = page.number("reader.report(" + video() + ").firstAt - reader.connections.at(-1).connectedAt");
        assertBelow(latestMs, ms, openedNs, () -> tile + ": the first picture");
    }

    /** No picture came later than its turn by more than {@code longestMs}: nothing stood still since {@link #startOver}. */
    void assertNoGap(double longestMs, Supplier<String> story) {
        assertBelow(longestMs, report().getDouble("longestGapMs"), sinceNs, story);
    }

    /** No freeze that Chromium counts is the server's: by so much at most the way to this page became longer. */
    void assertNotHeld(double longestMs) {
        JsonObject received = received();
        JsonObject seen = report(0);
        if (received.getInteger("freezeCount") > 0) {
            assertBelow(
                    longestMs,
                    seen.getDouble("heldMs"),
                    openedNs,
                    () -> tile + ": held\n" + seen.encode() + "\n" + received.encode());
        }
    }

    private static void assertBelow(double limitMs, double ms, long fromNs, Supplier<String> story) {
        Pace.Kept pace = Pace.since(fromNs);
        double allowedMs = pace.isSteady() ? limitMs : limitMs + BUSY_MS;
        assertTrue(ms < allowedMs, () -> ms + " ms of " + limitMs + ", " + pace + ": " + story.get());
    }

    /** Pictures of this size went by in order, all readable, and never stood still for {@code longestMs}. */
    void assertMoved(int width, int height, double longestMs) {
        String story = assertInOrder(width, height, 0);
        assertNoGap(longestMs, () -> story);
    }

    /**
     * Pictures of this size went by in order.
     *
     * @param unreadable what part of them may be, where the publisher's encoder leaves details out
     * @return what was seen
     */
    String assertInOrder(int width, int height, double unreadable) {
        JsonObject seen = report();
        String story = tile + ": " + seen.encode() + "\n" + received().encode();
        assertTrue(seen.getInteger("unreadable") <= unreadable * seen.getInteger("pictures"), story);
        assertEquals(0, seen.getInteger("backwards"), story);
        assertEquals(width, seen.getInteger("width"), story);
        assertEquals(height, seen.getInteger("height"), story);
        return story;
    }

    /** The browser's own numbers about the video that this page receives. */
    JsonObject received() {
        return page.object(
                "(async () => { const all = await Promise.all(reader.connections.map(({pc}) => pc.getStats()));"
                        + " return all.flatMap((one) => [...one.values()])"
                        + ".findLast(({type, kind, framesDecoded}) => type === 'inbound-rtp' && kind === 'video' && framesDecoded > 0) ?? {}; })()");
    }

    /** Waits until there is something to be heard. */
    void awaitTone() {
        for (int i = 0; i < 20; i++) { // each takes more than half a second
            if (page.number("(async () => (await reader.tone(" + video() + ")).decibels)()") > AUDIBLE_DB) {
                return;
            }
        }
        throw new AssertionError("nothing to be heard in " + tile);
    }

    /** The card's tone, and nothing louder, is heard. */
    void assertTone() {
        JsonObject heard = page.object("reader.tone(" + video() + ")");
        assertEquals(TONE_HZ, heard.getDouble("hz"), 15, () -> tile + ": " + heard.encode());
        assertTrue(heard.getDouble("decibels") > AUDIBLE_DB, () -> tile + ": " + heard.encode());
    }

    /** Waits until there is nothing to be heard any more: some sound is on its way yet. */
    void awaitSilence() {
        for (int i = 0; i < 6; i++) { // each takes more than half a second
            if (page.number("(async () => (await reader.tone(" + video() + ")).decibels)()") < AUDIBLE_DB) {
                return;
            }
        }
        throw new AssertionError("still to be heard in " + tile);
    }
}
