package io.mediatool.cli.street.browser;

import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A browser driven over one WebSocket: calls with answers, and events of each window. In this Chromium's DevTools protocol and
 * WebDriver BiDi are alike.
 */
final class RemoteControl implements WebSocket.Listener, AutoCloseable {
    static final Duration ANSWER = Duration.ofSeconds(30);

    private final AtomicInteger ids = new AtomicInteger();
    private final Map<Integer, CompletableFuture<JsonObject>> calls = new ConcurrentHashMap<>();
    private final Map<String, Consumer<JsonObject>> listeners = new ConcurrentHashMap<>();
    private final StringBuilder text = new StringBuilder();
    private final WebSocket socket;

    RemoteControl(URI address) {
        socket = HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .connectTimeout(ANSWER)
                .buildAsync(address, this)
                .join();
    }

    /** From now on what {@code window} reports goes to {@code listener}, on a thread of this connection. */
    void listen(String window, Consumer<JsonObject> listener) {
        listeners.put(window, listener);
    }

    /** Calls a method of the browser, or of the window that its parameters name. */
    JsonObject call(String method, JsonObject parameters) {
        return call(method, parameters, null);
    }

    /**
     * Calls a method.
     *
     * @param session of DevTools with one window, or null
     * @return what it answered; an {@link AssertionError} when it refused or did not answer in time
     */
    JsonObject call(String method, JsonObject parameters, @Nullable String session) {
        int id = ids.incrementAndGet();
        var answer = new CompletableFuture<JsonObject>();
        calls.put(id, answer);
        JsonObject message =
                new JsonObject().put("id", id).put("method", method).put("params", parameters);
        if (session != null) {
            message.put("sessionId", session);
        }
        try {
            synchronized (this) {
                socket.sendText(message.encode(), true).get(ANSWER.toSeconds(), TimeUnit.SECONDS);
            }
            JsonObject answered = answer.get(ANSWER.toSeconds(), TimeUnit.SECONDS);
            if (answered.containsKey("error")) {
                throw new AssertionError(method + ": " + answered.encode());
            }
            return answered.getJsonObject("result");
        } catch (ExecutionException | TimeoutException e) {
            throw new AssertionError("the browser did not answer " + method, e);
        } catch (InterruptedException e) {
            throw new AssertionError("interrupted", e);
        } finally {
            calls.remove(id);
        }
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket webSocket, CharSequence data, boolean last) {
        text.append(data);
        if (last) {
            var message = new JsonObject(text.toString());
            text.setLength(0);
            dispatch(message);
        }
        webSocket.request(1);
        return null;
    }

    private void dispatch(JsonObject message) {
        Integer id = message.getInteger("id");
        if (id != null) {
            CompletableFuture<JsonObject> call = calls.get(id);
            if (call != null) {
                call.complete(message);
            }
            return;
        }
        String window = window(message);
        Consumer<JsonObject> listener = window == null ? null : listeners.get(window);
        if (listener != null) {
            listener.accept(message);
        }
    }

    /** Whose event it is: by DevTools' session, by BiDi's browsing context. */
    private static @Nullable String window(JsonObject event) {
        if (event.containsKey("sessionId")) {
            return event.getString("sessionId");
        }
        JsonObject parameters = event.getJsonObject("params", new JsonObject());
        return parameters.getJsonObject("source", parameters).getString("context");
    }

    @Override
    public void close() {
        socket.abort();
    }
}
