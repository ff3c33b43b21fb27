package io.mediatool.cli.street.browser;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A window of Chromium, driven over its DevTools protocol. */
final class DevToolsWindow implements Window {
    private static final Map<String, Integer> KEY_CODES = Map.of("Tab", 9, "Enter", 13, "Home", 36);

    private final RemoteControl control;
    private final String target;
    private final String session;

    DevToolsWindow(RemoteControl control) {
        this.control = control;
        target = control.call(
                        "Target.createTarget",
                        new JsonObject().put("url", "about:blank").put("newWindow", true))
                .getString("targetId");
        session = control.call(
                        "Target.attachToTarget",
                        new JsonObject().put("targetId", target).put("flatten", true))
                .getString("sessionId");
    }

    private JsonObject call(String method, JsonObject parameters) {
        return control.call(method, parameters, session);
    }

    @Override
    public void onComplaint(Consumer<String> listener) {
        control.listen(session, event -> heard(event, listener));
        List.of("Page.enable", "Runtime.enable", "Log.enable").forEach(method -> call(method, new JsonObject()));
    }

    private static void heard(JsonObject event, Consumer<String> listener) {
        JsonObject parameters = event.getJsonObject("params");
        switch (event.getString("method")) {
            case "Runtime.exceptionThrown" ->
                listener.accept(parameters.getJsonObject("exceptionDetails").encode());
            case "Runtime.consoleAPICalled" -> {
                if (List.of("error", "warning", "assert").contains(parameters.getString("type"))) {
                    listener.accept(parameters.getJsonArray("args").encode());
                }
            }
            case "Log.entryAdded" -> {
                JsonObject entry = parameters.getJsonObject("entry");
                if (List.of("error", "warning").contains(entry.getString("level"))) {
                    listener.accept(entry.getString("text") + " " + entry.getString("url", ""));
                }
            }
            default -> {}
        }
    }

    @Override
    public void prepend(String script) {
        call("Page.addScriptToEvaluateOnNewDocument", new JsonObject().put("source", script));
    }

    @Override
    public void go(String address) {
        call("Page.navigate", new JsonObject().put("url", address));
    }

    @Override
    public void reload() {
        call("Page.reload", new JsonObject());
    }

    @Override
    public void look(int width, int height, boolean isPhone, boolean isDark) {
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

    @Override
    public @Nullable Object evaluate(String expression) {
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

    @Override
    public void click(double x, double y) {
        JsonObject at = new JsonObject().put("x", x).put("y", y).put("button", "left");
        for (String type : List.of("mousePressed", "mouseReleased")) {
            call("Input.dispatchMouseEvent", at.copy().put("type", type).put("clickCount", 1));
        }
    }

    @Override
    public void key(String name) {
        int code = Objects.requireNonNull(KEY_CODES.get(name), name);
        for (String type : List.of("keyDown", "keyUp")) {
            JsonObject event = new JsonObject()
                    .put("type", type)
                    .put("key", name)
                    .put("code", name)
                    .put("windowsVirtualKeyCode", code);
            call("Input.dispatchKeyEvent", "Enter".equals(name) ? event.put("text", "\r") : event);
        }
    }

    @Override
    public void type(String text) {
        call("Input.insertText", new JsonObject().put("text", text));
    }

    @Override
    public byte[] screenshot() {
        JsonObject taken = call("Page.captureScreenshot", new JsonObject().put("format", "png"));
        return Base64.getDecoder().decode(taken.getString("data"));
    }

    @Override
    public void close() {
        control.call("Target.closeTarget", new JsonObject().put("targetId", target));
    }
}
