package io.mediatool.cli.street.browser;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mediatool.cli.street.Street;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** One page of a Chromium: evaluated, waited for, clicked and photographed. What it complains about is kept. */
final class Page {
    private static final long LOOK_AGAIN_NS = 30_000_000;
    private static final int CLICKS = 100;

    private final DevTools tools;
    private final String target;
    private final String session;
    private final List<String> complaints = new ArrayList<>();
    private final List<Pattern> allowed = new ArrayList<>();

    Page(DevTools tools, String target, String session) {
        this.tools = tools;
        this.target = target;
        this.session = session;
        tools.listen(session, this::heard);
        List.of("Page.enable", "Runtime.enable", "Log.enable").forEach(method -> call(method, new JsonObject()));
    }

    JsonObject call(String method, JsonObject parameters) {
        return tools.call(session, method, parameters);
    }

    /** Goes to an address and waits until it has loaded. */
    void go(String address) {
        call("Page.navigate", new JsonObject().put("url", address));
        await("location.href !== 'about:blank' && document.readyState === 'complete'", "loaded " + address);
    }

    void reload() {
        evaluate("window.isOld = true");
        call("Page.reload", new JsonObject());
        await("!window.isOld && document.readyState === 'complete'", "reloaded");
    }

    /** As large as {@code width} by {@code height}, as on a phone when {@code isPhone}, light or dark. */
    void look(int width, int height, boolean isPhone, boolean isDark) {
        call(
                "Emulation.setDeviceMetricsOverride",
                new JsonObject()
                        .put("width", width)
                        .put("height", height)
                        .put("deviceScaleFactor", isPhone ? 2 : 1)
                        .put("mobile", isPhone));
        JsonObject scheme =
                new JsonObject().put("name", "prefers-color-scheme").put("value", isDark ? "dark" : "light");
        JsonObject motion =
                new JsonObject().put("name", "prefers-reduced-motion").put("value", "reduce");
        call(
                "Emulation.setEmulatedMedia",
                new JsonObject().put("features", new JsonArray().add(scheme).add(motion)));
    }

    /** The value of an expression, which may be a promise; JSON types, null for undefined. */
    @Nullable Object evaluate(String expression) {
        JsonObject answer = call(
                "Runtime.evaluate",
                new JsonObject()
                        .put("expression", expression)
                        .put("awaitPromise", true)
                        .put("returnByValue", true)
                        .put("userGesture", true));
        if (answer.containsKey("exceptionDetails")) {
            JsonObject exception = answer.getJsonObject("exceptionDetails");
            throw new AssertionError(expression + "\n"
                    + exception.getJsonObject("exception", exception).getString("description", exception.encode()));
        }
        return answer.getJsonObject("result").getValue("value");
    }

    JsonObject object(String expression) {
        return (JsonObject) Objects.requireNonNull(evaluate(expression), expression);
    }

    double number(String expression) {
        return ((Number) Objects.requireNonNull(evaluate(expression), expression)).doubleValue();
    }

    String text(String expression) {
        return String.valueOf(evaluate(expression));
    }

    /** Waits until an expression is true. */
    void await(String condition, String what) {
        await(condition, what, Street.SOON);
    }

    void await(String condition, String what, Duration deadline) {
        long endNs = System.nanoTime() + deadline.toNanos();
        while (!isTrue(condition)) {
            if (System.nanoTime() > endNs) {
                throw new AssertionError("not " + what + " after " + deadline.toSeconds() + " s: " + condition
                        + "\nThe page shows:\n" + text("document.body.innerText") + "\nand complains: " + complaints());
            }
            LockSupport.parkNanos(LOOK_AGAIN_NS);
        }
    }

    /** Waits until the first tile's picture goes out, or comes in. */
    void awaitLive(String what) {
        await("document.querySelector('.tile')?.dataset.state === 'live'", what);
    }

    private boolean isTrue(String condition) {
        try {
            return Boolean.TRUE.equals(evaluate("Boolean(" + condition + ")"));
        } catch (AssertionError e) {
            if (String.valueOf(e.getMessage()).contains("context")) {
                return false; // between two documents
            }
            throw e;
        }
    }

    /**
     * Clicks with the mouse in the middle of what a selector finds, once it is there, can be clicked and is not busy with the click before. Again,
     * as a person would, when it had moved away before the mouse came.
     */
    void click(String selector) {
        for (int i = 0; i < CLICKS; i++) {
            if (clickOnce(selector)) {
                return;
            }
            LockSupport.parkNanos(LOOK_AGAIN_NS);
        }
        throw new AssertionError("it is not there where it is clicked: " + selector);
    }

    private boolean clickOnce(String selector) {
        String element = "document.querySelector(" + quoted(selector) + ")";
        await(
                element + " && !" + element + ".disabled && " + element + ".ariaBusy !== 'true' && " + element
                        + ".checkVisibility()",
                "there: " + selector);
        JsonObject at = object("(() => { const e = " + element
                + "; e.scrollIntoView({block: 'nearest'}); const r = e.getBoundingClientRect(); window.isMissed = true;"
                + " e.addEventListener('click', () => (window.isMissed = false), { capture: true, once: true });"
                + " return {x: r.x + r.width / 2, y: r.y + r.height / 2}; })()");
        for (String type : List.of("mousePressed", "mouseReleased")) {
            call(
                    "Input.dispatchMouseEvent",
                    at.copy().put("type", type).put("button", "left").put("clickCount", 1));
        }
        return !isTrue("window.isMissed");
    }

    /** Presses and releases a key where the focus is. */
    void key(String key, int code) {
        for (String type : List.of("keyDown", "keyUp")) {
            JsonObject event = new JsonObject()
                    .put("type", type)
                    .put("key", key)
                    .put("code", key)
                    .put("windowsVirtualKeyCode", code);
            call("Input.dispatchKeyEvent", "Enter".equals(key) ? event.put("text", "\r") : event);
        }
    }

    /** Goes with the Tab key until what a selector finds has the focus; fails when it never does. */
    void tabTo(String selector) {
        for (int i = 0; i < CLICKS; i++) {
            if (isTrue("document.activeElement.matches(" + quoted(selector) + ")")) {
                return;
            }
            key("Tab", 9);
        }
        throw new AssertionError("no way to " + selector + " with the keyboard");
    }

    void type(String text) {
        call("Input.insertText", new JsonObject().put("text", text));
    }

    /** Keeps a picture of the page among the build's output. */
    Path screenshot(String name) {
        Path file = Street.home().resolve("cli/target/screenshots/" + name + ".png");
        String data = call("Page.captureScreenshot", new JsonObject().put("format", "png"))
                .getString("data");
        try {
            Files.createDirectories(file.getParent());
            return Files.write(file, Base64.getDecoder().decode(data));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What matches somewhere is expected and no complaint. */
    void allow(String regex) {
        synchronized (complaints) {
            allowed.add(Pattern.compile(regex));
        }
    }

    List<String> complaints() {
        synchronized (complaints) {
            return complaints.stream()
                    .filter(line -> allowed.stream()
                            .noneMatch(pattern -> pattern.matcher(line).find()))
                    .toList();
        }
    }

    void assertNoComplaints() {
        assertEquals(List.of(), complaints(), "what the page wrote to its console");
    }

    void close() {
        tools.call(null, "Target.closeTarget", new JsonObject().put("targetId", target));
    }

    static String quoted(String text) {
        return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
    }

    private void heard(JsonObject event) {
        JsonObject parameters = event.getJsonObject("params");
        switch (event.getString("method")) {
            case "Runtime.exceptionThrown" ->
                complain(parameters.getJsonObject("exceptionDetails").encode());
            case "Runtime.consoleAPICalled" -> {
                if (List.of("error", "warning", "assert").contains(parameters.getString("type"))) {
                    complain(parameters.getJsonArray("args").encode());
                }
            }
            case "Log.entryAdded" -> {
                JsonObject entry = parameters.getJsonObject("entry");
                if (List.of("error", "warning").contains(entry.getString("level"))) {
                    complain(entry.getString("text") + " " + entry.getString("url", ""));
                }
            }
            default -> {}
        }
    }

    private void complain(String line) {
        synchronized (complaints) {
            complaints.add(line);
        }
    }
}
