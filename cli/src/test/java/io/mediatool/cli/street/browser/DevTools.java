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

/** Chromium's DevTools protocol over one WebSocket: calls with answers, and events of each attached page. */
final class DevTools implements WebSocket.Listener, AutoCloseable {
    static final Duration ANSWER = Duration.ofSeconds(30);

    private final AtomicInteger ids = new AtomicInteger();
    private final Map<Integer, CompletableFuture<JsonObject>> calls = new ConcurrentHashMap<>();
    private final Map<String, Consumer<JsonObject>> listeners = new ConcurrentHashMap<>();
    private final StringBuilder text = new StringBuilder();
    private final WebSocket socket;

    DevTools(URI address) {
        socket = HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .connectTimeout(ANSWER)
                .buildAsync(address, this)
                .join();
    }

    /** From now on what the page of {@code session} reports goes to {@code listener}, on a thread of this connection. */
    void listen(String session, Consumer<JsonObject> listener) {
        listeners.put(session, listener);
    }

    /**
     * Calls a method.
     *
     * @param session of the page, or null for the browser
     * @return what it answered; an {@link AssertionError} when it refused or did not answer in time
     */
    JsonObject call(@Nullable String session, String method, JsonObject parameters) {
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
                throw new AssertionError(
                        method + ": " + answered.getJsonObject("error").encode());
            }
            return answered.getJsonObject("result");
        } catch (ExecutionException | TimeoutException e) {
            throw new AssertionError("Chromium did not answer " + method, e);
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
        String session = message.getString("sessionId");
        Consumer<JsonObject> listener = session == null ? null : listeners.get(session);
        if (listener != null) {
            listener.accept(message);
        }
    }

    @Override
    public void close() {
        socket.abort();
    }
}
