package io.mediatool.cli.http.metrics;

import io.vertx.core.http.HttpServerRequest;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Requests by method and status. */
public final class Traffic {
    private static final Set<String> METHODS = Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");

    private final Map<String, Map<Integer, Long>> answered = new TreeMap<>();

    /** A request has arrived; it counts when it is answered. */
    public void onRequest(HttpServerRequest request) {
        String method = request.method().name();
        String label = METHODS.contains(method) ? method : "other";
        request.response()
                .headersEndHandler(head -> answered.computeIfAbsent(label, m -> new TreeMap<>())
                        .merge(request.response().getStatusCode(), 1L, Long::sum));
    }

    Map<String, Map<Integer, Long>> answered() {
        return answered;
    }
}
