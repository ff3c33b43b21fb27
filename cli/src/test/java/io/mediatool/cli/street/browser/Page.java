package io.mediatool.cli.street.browser;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mediatool.cli.street.Street;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** One page of a browser: evaluated, waited for, clicked and photographed. What it complains about is kept. */
final class Page {
    private static final long LOOK_AGAIN_NS = 30_000_000;
    private static final int CLICKS = 100;
    /** What browsers say when the document goes in which something is being evaluated. */
    private static final Pattern BETWEEN_DOCUMENTS = Pattern.compile("context|no such frame|AbortError|destroyed");

    private final Window window;
    private final Browser.Make make;
    private final List<String> complaints = new ArrayList<>();
    private final List<Pattern> allowed = new ArrayList<>();

    /** @param make whose name its pictures get */
    Page(Window window, Browser.Make make) {
        this.window = window;
        this.make = make;
        window.onComplaint(this::complain);
    }

    /** {@code script} runs in every document from the next one on, before its own. */
    void prepend(String script) {
        window.prepend(script);
    }

    /** Goes to an address and waits until it has loaded. */
    void go(String address) {
        window.go(address);
        await("location.href !== 'about:blank' && document.readyState === 'complete'", "loaded " + address);
    }

    void reload() {
        evaluate("window.isOld = true");
        window.reload();
        await("!window.isOld && document.readyState === 'complete'", "reloaded");
    }

    /** As large as {@code width} by {@code height}, as on a phone when {@code isPhone}, light or dark. */
    void look(int width, int height, boolean isPhone, boolean isDark) {
        window.look(width, height, isPhone, isDark);
    }

    /** The value of an expression, which may be a promise; JSON types, null for undefined. */
    @Nullable Object evaluate(String expression) {
        return window.evaluate(expression);
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
            if (BETWEEN_DOCUMENTS.matcher(String.valueOf(e.getMessage())).find()) {
                return false;
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
        window.click(at.getDouble("x"), at.getDouble("y"));
        return !isTrue("window.isMissed");
    }

    /** Presses and releases a key where the focus is. */
    void key(String name) {
        window.key(name);
    }

    /** Goes with the Tab key until what a selector finds has the focus; fails when it never does. */
    void tabTo(String selector) {
        for (int i = 0; i < CLICKS; i++) {
            if (isTrue("document.activeElement.matches(" + quoted(selector) + ")")) {
                return;
            }
            key("Tab");
        }
        throw new AssertionError("no way to " + selector + " with the keyboard");
    }

    void type(String text) {
        window.type(text);
    }

    /** Keeps a picture of the page among the build's output. */
    Path screenshot(String name) {
        Path file = Street.home()
                .resolve("cli/target/screenshots/" + make.name().toLowerCase(Locale.ROOT) + "/" + name + ".png");
        try {
            Files.createDirectories(file.getParent());
            return Files.write(file, window.screenshot());
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
        window.close();
    }

    static String quoted(String text) {
        return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
    }

    private void complain(String line) {
        synchronized (complaints) {
            complaints.add(line);
        }
    }
}
