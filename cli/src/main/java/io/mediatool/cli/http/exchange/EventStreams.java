package io.mediatool.cli.http.exchange;

import io.vertx.core.Context;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.util.HashSet;
import java.util.Set;

/**
 * Server-sent events (HTML standard §9.2) to those that listen: so many at once, so many of one address or IPv6 network; one that does not keep
 * up is let go.
 */
public final class EventStreams {
    private static final long HEARTBEAT_MS = 15_000;
    private static final int MAX_QUEUED_BYTES = 64 * 1024;

    private final int max;
    private final int maxOfAddress;
    private final Set<Stream> open = new HashSet<>();
    private boolean closed;

    /** One listener. Any thread may send. */
    public final class Stream {
        private final String address;
        private final Context context;
        private final HttpServerResponse response;
        private final long heartbeat;
        private Runnable onEnd = () -> {};

        private Stream(RoutingContext routing, String address) {
            this.address = address;
            this.context = routing.vertx().getOrCreateContext();
            this.response = routing.response();
            this.heartbeat = routing.vertx().setPeriodic(HEARTBEAT_MS, id -> write(": still here\n\n"));
            response.setStatusCode(200)
                    .putHeader("Content-Type", "text/event-stream")
                    .putHeader("Cache-Control", "no-store")
                    .putHeader("X-Accel-Buffering", "no")
                    .setChunked(true)
                    .setWriteQueueMaxSize(MAX_QUEUED_BYTES);
            response.closeHandler(gone -> forget());
            response.exceptionHandler(broken -> forget());
            write(": welcome\n\n");
        }

        /** Called once, when the listener has gone or was let go. */
        public Stream onEnd(Runnable task) {
            onEnd = task;
            return this;
        }

        /** @param data of one line, as JSON is */
        public void send(String event, String data) {
            context.runOnContext(now -> write("event: " + event + "\ndata: " + data + "\n\n"));
        }

        private void write(String text) {
            if (response.ended() || response.closed()) {
                return;
            }
            if (response.writeQueueFull()) {
                // Events are not collected for who does not read them.
                response.reset();
                forget();
                return;
            }
            response.write(text);
        }

        /** Ends it; harmless when repeated. */
        public void close() {
            context.runOnContext(now -> {
                if (!response.ended() && !response.closed()) {
                    response.end();
                }
                forget();
            });
        }

        private void forget() {
            if (open.remove(this)) {
                context.owner().cancelTimer(heartbeat);
                onEnd.run();
            }
        }
    }

    public EventStreams(int max, int maxOfAddress) {
        this.max = max;
        this.maxOfAddress = maxOfAddress;
    }

    /**
     * Answers with a stream of events; refuses with 503 when there are too many, with 429 when they are of this address. Who has gone by now
     * would never be missed: 400.
     */
    public Stream open(RoutingContext routing) {
        if (routing.response().closed()) {
            throw new Refusal(400, "the listener has gone");
        }
        if (closed || open.size() >= max) {
            throw new Refusal(503, "too many listen for events").retryAfter(10);
        }
        String address = Rates.network(Clients.address(routing.request()));
        if (open.stream().filter(each -> each.address.equals(address)).count() >= maxOfAddress) {
            throw new Refusal(429, "more than " + maxOfAddress + " listen for events from one address").retryAfter(10);
        }
        var stream = new Stream(routing, address);
        open.add(stream);
        return stream;
    }

    /** How many listen. */
    public int size() {
        return open.size();
    }

    /** Ends all of them, and lets no more in. */
    public void close() {
        closed = true;
        Set.copyOf(open).forEach(Stream::close);
    }
}
