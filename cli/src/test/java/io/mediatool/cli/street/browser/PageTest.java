package io.mediatool.cli.street.browser;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mediatool.cli.street.Street;
import io.mediatool.cli.street.browser.Browser.Make;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The page as a person uses it: enter, publish, watch in a second window, mute, leave, come back; with the keyboard, too. */
@Tag("street")
@Isolated("a browser needs the machine, and freezes are measured")
final class PageTest {
    private static final double FROZEN_MS = 500;

    private static final String NOT_YET = "409"; // a viewer that comes back before its publisher does

    /** What the server answers each DELETE from now on. */
    private static final String GOODBYES = """
            {
              window.goodbyes = [];
              const original = fetch;
              window.fetch = async (url, options) => {
                const answer = await original(url, options);
                if (options?.method === 'DELETE') goodbyes.push(answer.status);
                return answer;
              };
            }
            """;

    @TempDir
    Path directory;

    @ParameterizedTest
    @EnumSource
    void publishWatchMuteLeaveRejoin(Make make) {
        try (var serve = new Serve(directory, Serve.EVERY_INTERFACE);
                Browser browser = make.start(directory)) {
            Page anna = browser.open(serve.page("?size=320x180&fps=15&name=anna"), Serve.reader());
            anna.look(1280, 800, false, false);
            anna.await("!document.querySelector('#no-rooms').hidden", "without rooms");
            anna.screenshot("page-1-rooms-none");
            anna.tabTo("#room-name");
            anna.type("studio");
            anna.key("Enter");
            anna.tabTo("[data-source=camera]");
            anna.key("Enter");
            anna.awaitLive("publishing the camera");
            anna.click("[data-source=test]");
            anna.await("document.querySelectorAll('[data-state=live]').length === 2", "publishing the card");
            anna.click("#numbers");

            Page bob = browser.open(serve.page(""), Serve.reader());
            bob.look(1280, 800, false, true);
            bob.click("#rooms a");
            var card = new Viewing(bob, "anna-card");
            card.awaitLive();
            new Viewing(bob, "anna").awaitPicture();
            card.startOver();
            card.awaitPictures(20);
            card.assertMoved(320, 180, FROZEN_MS);
            card.assertTone();
            bob.click("#numbers");
            bob.await(
                    "['fps', 'kbit/s', 'Freezes', 'Loss', 'Round trip'].every((word) => document.querySelector('.numbers').innerText.includes(word))",
                    "all the numbers");
            anna.screenshot("page-2-publishing");
            bob.screenshot("page-3-watching");
            bob.look(390, 844, true, false);
            bob.screenshot("page-4-phone");
            assertEquals(390.0, bob.number("document.documentElement.scrollWidth"), "as wide as the phone");

            mute(anna, card);
            leaveAndRejoin(anna, bob, card);
            assertTrue(serve.get("rooms").contains("studio"));
            browser.assertNoComplaints();
        }
    }

    /** What the publisher mutes is silence for everybody, without a gap in the picture. */
    private static void mute(Page anna, Viewing card) {
        anna.click("[data-stream=anna-card] .controls button:first-child");
        card.awaitSilence();
        anna.screenshot("page-5-muted");
        card.startOver();
        card.awaitPictures(10);
        anna.click("[data-stream=anna-card] .controls button:first-child");
        card.awaitTone();
        card.assertTone();
    }

    private static void leaveAndRejoin(Page anna, Page bob, Viewing card) {
        bob.allow(NOT_YET);
        anna.evaluate(GOODBYES);
        anna.click("[data-stream=anna] .leave");
        bob.await("!document.querySelector('[data-stream=anna]')", "the camera gone");
        anna.click(".brand");
        bob.await("document.querySelectorAll('.tile').length === 0", "everything gone");
        anna.await("goodbyes.join() === '200,200'", "told the server");
        bob.screenshot("page-6-left");
        anna.evaluate("history.back()");
        anna.click("[data-source=test]");
        anna.awaitLive("publishing again");
        card.awaitLive();
        card.startOver();
        card.awaitPictures(10);
        bob.screenshot("page-7-rejoined");
    }

    /** A publisher who reloads the page is seen again by the viewers, who do nothing. */
    @ParameterizedTest
    @EnumSource
    void viewersGoOnWhenThePublisherReloads(Make make) {
        try (var serve = new Serve(directory, Serve.EVERY_INTERFACE);
                Browser browser = make.start(directory)) {
            Page publisher = browser.publish(serve.card("reload", "anna", ""), Serve.reader());
            Page viewer = browser.open(serve.room("reload"), Serve.reader());
            viewer.allow(NOT_YET);
            var card = new Viewing(viewer, "anna-card");
            card.awaitLive();
            publisher.await("reader.report('.tile video').last > 60", "some pictures");
            publisher.reload();
            publisher.awaitLive("publishing again");
            viewer.await("reader.report('.tile video').last < 60", "the new pictures, which begin at 1");
            card.startOver();
            card.awaitPictures(15);
            card.assertMoved(320, 180, FROZEN_MS);
            browser.assertNoComplaints();
        }
    }

    /** Both sides get new credentials when the network changes, on the same connections; a new server is found again. */
    @ParameterizedTest
    @EnumSource
    void anotherNetworkAndAnotherServerAreSurvived(Make make) {
        try (var serve = new Serve(directory, Serve.EVERY_INTERFACE);
                Browser browser = make.start(directory)) {
            Page publisher = browser.publish(serve.card("moving", "anna", ""), Serve.reader());
            Page viewer = browser.open(serve.room("moving"), Serve.reader());
            var card = new Viewing(viewer, "anna-card");
            card.awaitLive();
            card.startOver();
            changeNetwork(publisher);
            changeNetwork(viewer);
            card.awaitPictures(30);
            card.assertMoved(320, 180, FROZEN_MS);
            assertEquals(1.0, viewer.number("reader.connections.length"), "connections so far");
            browser.assertNoComplaints();
            try (Serve next = serve.restart()) {
                card.startOver();
                card.awaitPictures(10);
                assertTrue(next.get("rooms").contains("anna-card"));
            }
        }
    }

    private static void changeNetwork(Page page) {
        String ufrag = "reader.connections.at(-1).pc.remoteDescription.sdp.match(/ice-ufrag:(.*)/)[1]";
        page.evaluate("{ window.before = " + ufrag + "; dispatchEvent(new Event('online')); }");
        page.await(ufrag + " !== before", "new credentials of the server");
        page.await("reader.connections.at(-1).pc.iceConnectionState === 'connected'", "connected again");
    }

    /** What is wrong is said in words. */
    @Test
    void troubleIsSaidPlainly() {
        try (var serve = new Serve(directory, Serve.EVERY_INTERFACE);
                Browser browser = new Chromium(directory)) {
            Page page = browser.open(
                    serve.page("?room=trouble&size=320x180&fps=15"),
                    "navigator.mediaDevices.getUserMedia = async () => { throw new DOMException('', 'NotAllowedError'); };"
                            + unreachable(Street.freePorts(1)));
            page.look(1280, 800, false, false);
            page.click("[data-source=camera]");
            page.await("/may not use the camera/.test(document.querySelector('#trouble').textContent)", "no camera");
            page.screenshot("page-8-no-camera");
            page.evaluate("document.querySelector('#wishes [name=name]').value = 'no name'");
            page.click("[data-source=test]");
            page.await(
                    "document.querySelector('#options').open && document.activeElement.name === 'name'",
                    "shown where it is wrong");
            page.evaluate("document.querySelector('#wishes [name=name]').value = 'anna'");
            page.click("[data-source=test]");
            page.await(
                    "/The server says: ./.test(document.querySelector('.tile .state')?.textContent)",
                    "what the server misses");
            page.screenshot("page-9-no-connection");
            page.evaluate("sessionStorage.clear()");
            browser.assertNoComplaints();
        }
    }

    /** Answers lead to a port where nobody is. */
    private static String unreachable(int port) {
        return """
                {
                  const original = RTCPeerConnection.prototype.setRemoteDescription;
                  RTCPeerConnection.prototype.setRemoteDescription = function ({ type, sdp }) {
                    return original.call(this, { type, sdp: sdp.replace(/^(a=candidate:\\S+ \\d+ \\S+ \\d+ \\S+) \\d+/gm, '$1 PORT') });
                  };
                }
                """.replace("PORT", String.valueOf(port));
    }
}
