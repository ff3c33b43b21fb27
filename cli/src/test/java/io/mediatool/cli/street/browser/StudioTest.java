package io.mediatool.cli.street.browser;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mediatool.cli.street.Street;
import io.mediatool.cli.street.Visitor;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** The page's panels as a person uses them: record, play here and into the room, hold, jump, delete; feeds in and out. */
@Tag("street")
@Isolated("a browser needs the machine")
final class StudioTest {
    private static final String ROW = "document.querySelector('#recordings li')";
    private static final String PLAYER = "document.querySelector('#players li')";
    private static final String CINEMA = "document.querySelector('#cinema video')";

    @TempDir
    Path directory;

    /** With tokens: a video element cannot send them, and plays all the same. */
    @Test
    void recordPlayHoldJumpDelete() throws IOException {
        Path media = directory.resolve("media");
        List<String> options = List.of(
                "--bind",
                "127.0.0.1",
                "--media",
                media.toString(),
                "--token",
                "admin:SECRET",
                "--token",
                "watch:OTHER");
        try (var serve = new Serve(directory, options);
                var chromium = new Chromium(directory)) {
            Page page = chromium.open(serve.card("studio", "anna", "#token=SECRET"), Serve.reader());
            page.look(1280, 800, false, false);
            page.awaitLive("publishing");
            page.screenshot("studio-1-closed");
            record(page);
            String file = page.text(ROW + ".dataset.file");
            assertTrue(Files.size(media.resolve(file)) > 10_000, file);
            playHere(page);
            playIntoTheRoom(serve, page);
            delete(page);
            assertFalse(Files.exists(media.resolve(file)));
            watchOnly(chromium.open(serve.room("studio") + "#token=OTHER", Serve.reader()));
            wrongKey(chromium.open(serve.room("studio") + "#token=MISTYPED", Serve.reader()));
            chromium.assertNoComplaints();
        }
    }

    /** Who may watch only sees no panels, and is told nothing of them. */
    private static void watchOnly(Page page) {
        page.allow("403");
        new Viewing(page, "anna-card").awaitLive();
        page.await(
                "/403/.test(performance.getEntriesByType('resource').map((one) => one.responseStatus).join())",
                "refused");
        assertEquals(
                true,
                page.evaluate("document.querySelector('#studio').hidden && document.querySelector('#recorder').hidden"
                        + " && document.querySelector('#trouble').hidden"));
    }

    /** Who has entered a key must not read that one is needed. */
    private static void wrongKey(Page page) {
        page.allow("401");
        page.await(
                "/does not take this key.*Enter another/.test(document.querySelector('#notice').textContent)"
                        + " && document.querySelector('#key-dialog').open",
                "told, and asked again");
    }

    private static void record(Page page) {
        page.click("#recordings summary");
        page.await(
                "/Nothing is recorded/.test(document.querySelector('#recordings .none').textContent)", "nothing yet");
        page.tabTo("#recorder button");
        page.key("Enter");
        page.await(
                "/^0:0[3-9] · [\\d.]+ [kM]B$/.test(document.querySelector('#recorder .told').textContent)",
                "time and size");
        page.await(ROW + "?.dataset.state === 'recording'", "in the list while it is recorded");
        page.screenshot("studio-2-recording");
        page.click("#recorder button");
        page.await(ROW + "?.dataset.state === 'complete'", "recorded");
        page.await("document.querySelector('#recorder .told').textContent === ''", "stopped");
        page.await(
                "/ · 0:0[3-9] · [\\d.]+ [kM]B$/.test(" + ROW + ".querySelector('small').textContent)", "time and size");
    }

    private static void playHere(Page page) {
        page.click("#recordings li .controls button:nth-child(1)");
        page.await(CINEMA + ".currentTime > 0.5 && " + CINEMA + ".videoWidth === 320", "playing here");
        page.screenshot("studio-3-here");
        page.evaluate(CINEMA + ".currentTime = 2.5");
        page.await(CINEMA + ".currentTime > 2.6 && !" + CINEMA + ".error", "going on from there");
        page.click("#cinema .button");
        page.await("!document.querySelector('#cinema').open && !" + CINEMA + ".src", "closed");
    }

    private static void playIntoTheRoom(Serve serve, Page page) {
        page.click("#recordings li .controls button:nth-child(2)");
        page.await(PLAYER + "?.dataset.state === 'running'", "a player");
        String stream = page.text(PLAYER + ".querySelector('strong').textContent");
        page.click("#players .check input");
        page.await(PLAYER + ".querySelector('.check input').checked", "looping");
        var view = new Viewing(page, stream);
        view.awaitLive();
        page.tabTo("#players .controls button:first-child");
        page.key("Enter");
        page.await(PLAYER + ".dataset.state === 'paused'", "held");
        assertEquals("paused", player(serve).getString("state"));
        assertEquals(0, player(serve).getInteger("loops"), "over and over");
        page.tabTo("#players input[type=range]");
        // Shift and Tab would be the way for a person; the order is the same.
        page.key("Home");
        page.await("document.querySelector('#players .clock').textContent.startsWith('0:00 /')", "at the beginning");
        page.screenshot("studio-4-held");
        page.evaluate(
                "{ const one = document.querySelector('#players select'); one.value = '2'; one.dispatchEvent(new Event('change')); }");
        page.click("#players .controls button:first-child");
        page.await(PLAYER + ".dataset.state === 'running'", "going on");
        page.await("document.querySelector('#players .clock').textContent.startsWith('0:02 /')", "the position moves");
        assertEquals(2.0, player(serve).getDouble("speed"));
        assertTrue(
                page.evaluate("document.querySelector('#recordings .leave').disabled")
                        .equals(true),
                "in use");
        page.look(390, 844, true, true);
        page.evaluate("document.querySelector('#studio').scrollIntoView()");
        page.screenshot("studio-5-phone");
        assertEquals(390.0, page.number("document.documentElement.scrollWidth"), "as wide as the phone");
        page.look(1280, 800, false, false);
        page.click("#players .leave");
        page.await("!" + PLAYER, "no player");
    }

    private static JsonObject player(Serve serve) {
        return new JsonObject(serve.get("rooms/studio/players?token=SECRET"))
                .getJsonArray("players")
                .getJsonObject(0);
    }

    private static void delete(Page page) {
        page.click("#recordings .leave");
        page.click("#delete-dialog [value=keep]");
        page.await(ROW + " && !document.querySelector('#delete-dialog').open", "kept");
        page.click("#recordings .leave");
        page.screenshot("studio-6-delete");
        page.click("#delete-dialog [value=delete]");
        page.await("!" + ROW, "deleted");
    }

    /** What the page says to paste pushes into the room; where nothing can be done it says so. */
    @Test
    void feeds() {
        Street.ffmpeg(
                directory,
                "-f lavfi -i testsrc2=size=320x180:rate=15 -f lavfi -i sine -t 20 -c:v libx264 -preset ultrafast -g 15"
                        + " -pix_fmt yuv420p -c:a aac in.mp4");
        int port = Street.freePorts(2);
        try (var serve = new Serve(directory);
                var chromium = new Chromium(directory)) {
            Page page = chromium.open(serve.room("feeds"), Serve.reader());
            page.look(1280, 800, false, true);
            page.tabTo("#ingests summary");
            page.key("Enter");
            page.evaluate("document.querySelector('#ingests [name=port]').value = " + port);
            page.click("#ingests .button");
            page.await(
                    "document.querySelector('#ingests .paste code')?.textContent.startsWith('ffmpeg')",
                    "a line to paste");
            String line = page.text("document.querySelector('#ingests .paste code').textContent");
            try (Visitor push = Visitor.start(directory, List.of("sh", "-c", "exec " + line + " -nostdin -v error"))) {
                new Viewing(page, "push").awaitPicture();
                page.await("document.querySelector('#ingests li').dataset.state === 'running'", "coming in");
                page.tabTo("#forwards summary");
                page.key("Enter");
                page.evaluate("document.querySelector('#forwards [name=target]').value = 'rtp://127.0.0.1:" + (port + 2)
                        + "'");
                page.click("#forwards .button");
                page.await("/m=video/.test(document.querySelector('#forwards pre')?.textContent)", "a description");
                page.await(
                        "/h264 to port \\d+ · .*[1-9].*B$/i.test(document.querySelector('#forwards small').textContent)",
                        "sending");
                page.screenshot("studio-7-feeds");
                page.look(390, 844, true, false);
                page.evaluate("document.querySelector('#studio').scrollIntoView()");
                page.screenshot("studio-8-feeds-phone");
                assertEquals(390.0, page.number("document.documentElement.scrollWidth"), "as wide as the phone");
                push.signal("TERM");
                push.awaitExit(Street.SOON);
            }
            page.look(1280, 800, false, true);
            anotherPush(page, line);
            page.click("#forwards .leave");
            page.click("#ingests .leave");
            page.await("document.querySelectorAll('#studio li').length === 0", "nothing any more");
            trouble(page);
        }
    }

    /** Another program pushes to the same port, with tracks of its own: whoever watches sees that. */
    private void anotherPush(Page page, String line) {
        String tile = "document.querySelector('[data-stream=push]')";
        page.await(
                tile + " === null || " + tile + ".querySelector('.state').textContent !== ''",
                "nothing comes any more");
        String other = line.replace("-f mpegts", "-mpegts_start_pid 512 -f mpegts");
        try (Visitor push = Visitor.start(directory, List.of("sh", "-c", "exec " + other + " -nostdin -v error"))) {
            String pictures = tile + "?.querySelector('video').getVideoPlaybackQuality().totalVideoFrames";
            page.await(
                    "(() => { const before = window.pictures; window.pictures = " + pictures
                            + "; return window.pictures > before && " + tile + ".dataset.state === 'live' && " + tile
                            + ".querySelector('.state').textContent === ''; })()",
                    "the other one's pictures");
            push.signal("TERM");
            push.awaitExit(Street.SOON);
        }
    }

    private static void trouble(Page page) {
        page.allow("409|422");
        page.click("#recorder button");
        page.await(
                "/no media directory: start it with --media/.test(document.querySelector('#trouble').textContent)",
                "told why");
        page.click("#recordings summary");
        page.await("/keeps no files/.test(document.querySelector('#recordings .none').textContent)", "told there, too");
        page.evaluate("document.querySelector('#forwards [name=codecs]').value = 'h999'");
        page.allow("400");
        page.click("#forwards .button");
        page.await("/h999/.test(document.querySelector('#forwards .trouble').textContent)", "what is no codec");
        page.screenshot("studio-9-trouble");
        page.assertNoComplaints();
    }
}
