package io.mediatool.cli.http.exchange;

import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Which pages of other origins may call us from a browser (CORS, Fetch standard §3.2). No cookies are involved: what a page may do
 * here depends on the token it sends along.
 */
public final class Origins {
    /** Pages on this machine, whatever port serves them. */
    private static final Pattern THIS_MACHINE =
            Pattern.compile("https?://(localhost|127\\.0\\.0\\.1|\\[::1\\])(:\\d+)?");

    private static final String METHODS = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS";
    private static final String REQUEST_HEADERS =
            "Authorization, Content-Type, If-Match, If-Range, Last-Event-ID, Range";
    private static final String RESPONSE_HEADERS =
            "Location, ETag, Link, Retry-After, Accept-Post, WWW-Authenticate, Accept-Ranges, Content-Range, Content-Disposition";

    private final List<String> allowed;

    /**
     * @param allowed origins as browsers write them, {@code *} for any; empty: those of this machine, which is what a server without
     *     tokens lets in
     */
    public Origins(List<String> allowed) {
        this.allowed = List.copyOf(allowed);
    }

    /** Tells the browser what it may pass on; answers preflights, which go no further. */
    public void handle(RoutingContext context) {
        HttpServerRequest request = context.request();
        String origin = request.getHeader("Origin");
        HttpServerResponse response = context.response();
        if (!allowed.contains("*")) {
            response.putHeader("Vary", "Origin");
        }
        boolean allows = origin != null && allows(origin);
        if (allows) {
            response.putHeader("Access-Control-Allow-Origin", allowed.contains("*") ? "*" : origin)
                    .putHeader("Access-Control-Expose-Headers", RESPONSE_HEADERS);
        }
        if (origin != null
                && request.method().equals(HttpMethod.OPTIONS)
                && request.getHeader("Access-Control-Request-Method") != null) {
            if (allows) {
                response.putHeader("Access-Control-Allow-Methods", METHODS)
                        .putHeader("Access-Control-Allow-Headers", REQUEST_HEADERS)
                        .putHeader("Access-Control-Max-Age", "7200");
            }
            response.setStatusCode(200).end();
        } else {
            context.next();
        }
    }

    /** Whether pages of {@code origin} may call. */
    public boolean allows(String origin) {
        return allowed.isEmpty()
                ? THIS_MACHINE.matcher(origin).matches()
                : allowed.contains("*") || allowed.contains(origin);
    }
}
