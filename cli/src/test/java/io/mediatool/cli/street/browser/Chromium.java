package io.mediatool.cli.street.browser;

import io.mediatool.cli.street.Street;
import io.mediatool.cli.street.Visitor;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Chromium, driven over its DevTools protocol. */
final class Chromium implements Browser {
    private static final String FLAGS =
            "--headless=new --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking"
                    + " --disable-component-update --disable-sync --disable-dev-shm-usage --mute-audio"
                    + " --use-fake-ui-for-media-stream --use-fake-device-for-media-stream=fps=15"
                    + " --autoplay-policy=no-user-gesture-required --allow-loopback-in-peer-connection"
                    + " --disable-background-timer-throttling --disable-renderer-backgrounding"
                    + " --disable-backgrounding-occluded-windows --remote-debugging-port=0 --window-size=1280,800";

    private final Visitor process;
    private final RemoteControl control;
    private final List<Page> pages = new ArrayList<>();

    Chromium(Path directory, String... more) {
        var command = new ArrayList<String>(List.of("chromium"));
        command.addAll(List.of(Street.words(FLAGS)));
        command.addAll(Arrays.asList(more));
        command.add("--user-data-dir=" + directory.resolve("chromium-profile"));
        command.add("about:blank");
        process = Visitor.start(directory, command);
        String line = process.awaitLine("DevTools listening on ws://");
        control = new RemoteControl(
                URI.create(line.substring(line.indexOf("ws://")).strip()));
    }

    @Override
    public Page open() {
        var page = new Page(new DevToolsWindow(control), Make.CHROMIUM);
        pages.add(page);
        return page;
    }

    @Override
    public List<Page> pages() {
        return pages;
    }

    /** What it has printed. */
    String story() {
        return process.story();
    }

    @Override
    public void close() {
        try {
            control.call("Browser.close", new JsonObject());
            process.awaitExit(Street.SOON);
        } finally {
            control.close();
            process.close();
        }
    }
}
