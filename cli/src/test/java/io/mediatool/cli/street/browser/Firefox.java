package io.mediatool.cli.street.browser;

import io.mediatool.cli.street.Street;
import io.mediatool.cli.street.Visitor;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Firefox, driven over WebDriver BiDi, which it speaks itself. */
final class Firefox implements Browser {
    /** Its home is in the test's directory: it refuses to run as root in the home of somebody else, and writes there. */
    private static final String AT_HOME = "env HOME=%1$s XDG_RUNTIME_DIR=%1$s PULSE_SERVER=unix:%1$s/sound ";

    private static final String COMMAND = AT_HOME + "MOZ_CRASHREPORTER_DISABLE=1 MOZ_HEADLESS_WIDTH=1280"
            + " MOZ_HEADLESS_HEIGHT=800 firefox-esr --headless --no-remote --remote-debugging-port 0"
            + " --remote-allow-system-access --profile %2$s about:blank";

    private static final String ADDRESS = "WebDriver BiDi listening on ";

    private final Visitor loudspeaker;
    private final Visitor process;
    private final RemoteControl control;
    private final String chrome;
    private final List<Page> pages = new ArrayList<>();

    Firefox(Path directory) {
        Path profile = directory.resolve("firefox-profile");
        try {
            Files.createDirectories(profile);
            Files.writeString(profile.resolve("user.js"), Serve.resource("firefox-user.js"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        loudspeaker = loudspeaker(directory);
        process = Visitor.start(directory, List.of(Street.words(COMMAND.formatted(directory, profile))));
        String line = process.awaitLine(ADDRESS);
        control = new RemoteControl(URI.create(
                line.substring(line.indexOf(ADDRESS) + ADDRESS.length()).strip() + "/session"));
        control.call("session.new", new JsonObject().put("capabilities", new JsonObject()));
        control.call(
                "session.subscribe",
                new JsonObject()
                        .put("events", new JsonArray().add("log.entryAdded").add("network.responseCompleted")));
        chrome = control.call("browsingContext.getTree", new JsonObject().put("moz:scope", "chrome"))
                .getJsonArray("contexts")
                .getJsonObject(0)
                .getString("context");
    }

    /**
     * Where there is none, pages make no sound: their audio contexts never begin. The loudspeaker is also Firefox's clock, pictures wait for it: a null
     * sink that may rewind takes so much at first that it asks for more, and the first picture is shown, 1.1 s later.
     */
    private static Visitor loudspeaker(Path directory) {
        var command = new ArrayList<>(List.of(Street.words(AT_HOME.formatted(directory)
                + "pulseaudio --daemonize=no --use-pid-file=no --exit-idle-time=-1 --log-level=info -n")));
        command.add("--load=module-null-sink norewinds=1");
        command.add("--load=module-native-protocol-unix auth-anonymous=1 socket=" + directory.resolve("sound"));
        Visitor loudspeaker = Visitor.start(directory, command);
        loudspeaker.awaitLine("startup complete");
        return loudspeaker;
    }

    @Override
    public Page open() {
        var page = new Page(new BidiWindow(control, chrome), Make.FIREFOX);
        pages.add(page);
        return page;
    }

    @Override
    public List<Page> pages() {
        return pages;
    }

    @Override
    public void close() {
        try {
            control.call("browser.close", new JsonObject());
            process.awaitExit(Street.SOON);
        } finally {
            control.close();
            process.close();
            loudspeaker.close();
        }
    }
}
