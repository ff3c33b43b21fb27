package io.mediatool.cli.street.browser;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A window of Firefox, driven over WebDriver BiDi. */
final class BidiWindow implements Window {
    /** WebDriver §17.4.2. */
    private static final Map<String, String> KEYS = Map.of("Tab", "\uE004", "Enter", "\uE007", "Home", "\uE011");

    private static final int REFUSED = 400;

    private final RemoteControl control;
    private final String context;
    private final String chrome;

    /** @param chrome a window of the browser's own, whose scripts may set preferences */
    BidiWindow(RemoteControl control, String chrome) {
        this.control = control;
        this.chrome = chrome;
        context = control.call("browsingContext.create", new JsonObject().put("type", "window"))
                .getString("context");
    }

    private JsonObject call(String method, JsonObject parameters) {
        return control.call(method, parameters.put("context", context));
    }

    @Override
    public void onComplaint(Consumer<String> listener) {
        control.listen(context, event -> heard(event, listener));
    }

    private static void heard(JsonObject event, Consumer<String> listener) {
        JsonObject parameters = event.getJsonObject("params");
        switch (event.getString("method")) {
            case "log.entryAdded" -> {
                if (List.of("error", "warn").contains(parameters.getString("level"))) {
                    listener.accept(parameters.getString("text"));
                }
            }
            case "network.responseCompleted" -> {
                JsonObject response = parameters.getJsonObject("response");
                if (response.getInteger("status") >= REFUSED) {
                    listener.accept("the server responded with a status of " + response.getInteger("status") + " "
                            + response.getString("url"));
                }
            }
            default -> {}
        }
    }

    @Override
    public void prepend(String script) {
        control.call(
                "script.addPreloadScript",
                new JsonObject()
                        .put("functionDeclaration", "() => {\n" + script + "\n}")
                        .put("contexts", new JsonArray().add(context)));
    }

    @Override
    public void go(String address) {
        call("browsingContext.navigate", new JsonObject().put("url", address).put("wait", "none"));
    }

    @Override
    public void reload() {
        call("browsingContext.reload", new JsonObject().put("wait", "none"));
    }

    /** Light or dark for all windows. */
    @Override
    public void look(int width, int height, boolean isPhone, boolean isDark) {
        JsonObject size = new JsonObject().put("width", width).put("height", height);
        call(
                "browsingContext.setViewport",
                new JsonObject().put("viewport", size).put("devicePixelRatio", isPhone ? 2.0 : 1.0));
        evaluate(
                "Services.prefs.setIntPref('layout.css.prefers-color-scheme.content-override', " + (isDark ? 0 : 1)
                        + ")",
                chrome);
    }

    @Override
    public @Nullable Object evaluate(String expression) {
        return evaluate(expression, context);
    }

    private @Nullable Object evaluate(String expression, String where) {
        JsonObject answer = control.call(
                "script.evaluate",
                new JsonObject()
                        .put("expression", expression)
                        .put("target", new JsonObject().put("context", where))
                        .put("awaitPromise", true)
                        .put("userActivation", true));
        if (answer.containsKey("exceptionDetails")) {
            throw new AssertionError(
                    expression + "\n" + answer.getJsonObject("exceptionDetails").getString("text"));
        }
        return value(answer.getJsonObject("result"));
    }

    /** What BiDi says of a value, as JSON would write it. */
    private static @Nullable Object value(JsonObject remote) {
        Object value = remote.getValue("value");
        return switch (remote.getString("type")) {
            case "string", "boolean" -> value;
            case "number" -> value instanceof Number ? value : null; // NaN is a word
            case "array" -> {
                var array = new JsonArray();
                remote.getJsonArray("value").forEach(each -> array.add(value((JsonObject) each)));
                yield array;
            }
            case "object" -> {
                var object = new JsonObject();
                for (Object pair : remote.getJsonArray("value")) {
                    object.put(((JsonArray) pair).getString(0), value(((JsonArray) pair).getJsonObject(1)));
                }
                yield object;
            }
            default -> null;
        };
    }

    @Override
    public void click(double x, double y) {
        JsonObject move = new JsonObject()
                .put("type", "pointerMove")
                .put("x", Math.round(x))
                .put("y", Math.round(y));
        perform(
                "pointer",
                new JsonArray()
                        .add(move)
                        .add(new JsonObject().put("type", "pointerDown").put("button", 0))
                        .add(new JsonObject().put("type", "pointerUp").put("button", 0)));
    }

    @Override
    public void key(String name) {
        type(Objects.requireNonNull(KEYS.get(name), name));
    }

    @Override
    public void type(String text) {
        var actions = new JsonArray();
        for (int i = 0; i < text.length(); i++) {
            for (String type : List.of("keyDown", "keyUp")) {
                actions.add(new JsonObject().put("type", type).put("value", text.substring(i, i + 1)));
            }
        }
        perform("key", actions);
    }

    private void perform(String device, JsonArray actions) {
        JsonObject source =
                new JsonObject().put("type", device).put("id", device).put("actions", actions);
        call("input.performActions", new JsonObject().put("actions", new JsonArray().add(source)));
    }

    @Override
    public byte[] screenshot() {
        JsonObject taken = call("browsingContext.captureScreenshot", new JsonObject());
        return Base64.getDecoder().decode(taken.getString("data"));
    }

    @Override
    public void close() {
        call("browsingContext.close", new JsonObject());
    }
}
