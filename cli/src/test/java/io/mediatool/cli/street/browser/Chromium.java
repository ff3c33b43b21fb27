package io.mediatool.cli.street.browser;

import io.mediatool.cli.street.Street;
import io.mediatool.cli.street.Visitor;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A headless Chromium with a fresh profile, a pretended camera and sound that needs no click. */
final class Chromium implements AutoCloseable {
    private static final String FLAGS =
            "--headless=new --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking"
                    + " --disable-component-update --disable-sync --disable-dev-shm-usage --mute-audio"
                    + " --use-fake-ui-for-media-stream --use-fake-device-for-media-stream=fps=15"
                    + " --autoplay-policy=no-user-gesture-required --allow-loopback-in-peer-connection"
                    + " --disable-background-timer-throttling --disable-renderer-backgrounding"
                    + " --disable-backgrounding-occluded-windows --remote-debugging-port=0 --window-size=1280,800";

    private final Visitor process;
    private final DevTools tools;
    private final List<Page> pages = new ArrayList<>();

    Chromium(Path directory, String... more) {
        var command = new ArrayList<String>(List.of("chromium"));
        command.addAll(List.of(Street.words(FLAGS)));
        command.addAll(Arrays.asList(more));
        command.add("--user-data-dir=" + directory.resolve("chromium-profile"));
        command.add("about:blank");
        process = Visitor.start(directory, command);
        String line = process.awaitLine("DevTools listening on ws://");
        tools = new DevTools(URI.create(line.substring(line.indexOf("ws://")).strip()));
    }

    /** Opens an address in a window of its own. */
    Page open(String address) {
        return open(address, "");
    }

    /** The same after {@code script} has run in the new document, and again in each that follows it. */
    Page open(String address, String script) {
        JsonObject target = tools.call(
                null,
                "Target.createTarget",
                new JsonObject().put("url", "about:blank").put("newWindow", true));
        String id = target.getString("targetId");
        String session = tools.call(
                        null,
                        "Target.attachToTarget",
                        new JsonObject().put("targetId", id).put("flatten", true))
                .getString("sessionId");
        var page = new Page(tools, id, session);
        pages.add(page);
        if (!script.isEmpty()) {
            page.call("Page.addScriptToEvaluateOnNewDocument", new JsonObject().put("source", script));
        }
        page.go(address);
        return page;
    }

    /** The same with a page that publishes at once, when it does. */
    Page publish(String address, String script) {
        Page publisher = open(address, script);
        publisher.awaitLive("publishing");
        return publisher;
    }

    /** Fails when any page has complained that it was not allowed to. */
    void assertNoComplaints() {
        pages.forEach(Page::assertNoComplaints);
    }

    /** What it has printed. */
    String story() {
        return process.story();
    }

    @Override
    public void close() {
        try {
            tools.call(null, "Browser.close", new JsonObject());
            process.awaitExit(Street.SOON);
        } finally {
            tools.close();
            process.close();
        }
    }
}
