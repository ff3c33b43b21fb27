package io.mediatool.cli.http.exchange;

import io.mediatool.cli.rooms.RefusedWorkException;
import io.mediatool.core.codec.RtpFormat;
import io.mediatool.core.signalling.session.RefusedSessionException;
import io.mediatool.core.signalling.webrtc.RefusedOfferException;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.MIMEHeader;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Answers of failed requests: {@code application/problem+json} (RFC 9457), never a stack trace. */
public final class Problem {
    /** The media type. */
    public static final String MEDIA_TYPE = "application/problem+json";

    private static final long HANG_UP_MS = 1_000;
    private static final long MAX_UNREAD_BYTES = 16 << 20;

    private Problem() {}

    /**
     * Answers {@code failure}, unless an answer is under way already.
     *
     * @param onBug gets what is no refusal
     */
    public static void answer(RoutingContext context, Throwable failure, Consumer<Throwable> onBug) {
        Refusal refusal = refusal(failure);
        if (refusal == null) {
            onBug.accept(failure);
            refusal = new Refusal(500, "internal error; the server's log has the cause");
        }
        answer(context, refusal);
    }

    /** Whether the client would rather read a problem than {@code mediaType}: by {@code Accept}, where it names problems. */
    public static boolean isPreferred(RoutingContext context, String mediaType) {
        for (MIMEHeader accepted : context.parsedHeaders().accept()) { // best first
            String type = accepted.component() + "/" + accepted.subComponent();
            if (type.equalsIgnoreCase(MEDIA_TYPE)) {
                return true;
            }
            if (type.equalsIgnoreCase(mediaType) || accepted.component().equals("*")) {
                return false;
            }
        }
        return false;
    }

    /** Answers {@code refusal}, unless an answer is under way already. */
    public static void answer(RoutingContext context, Refusal refusal) {
        HttpServerResponse response = context.response();
        if (response.ended() || response.closed() || response.headWritten()) {
            return;
        }
        refusal.headers().forEach(response::putHeader);
        response.setStatusCode(refusal.status())
                .putHeader("Content-Type", MEDIA_TYPE)
                .putHeader("Cache-Control", "no-store");
        // A body that nobody will read must not be taken for the next request.
        if (hasBody(context.request()) && !context.request().isEnded()) {
            response.putHeader("Connection", "close");
            hangUp(context);
        }
        response.end(body(refusal, response.getStatusMessage()).encode());
    }

    /** Not at once: a client that is still sending would lose the answer. Soon: it might send for ever, or very fast. */
    private static void hangUp(RoutingContext context) {
        HttpConnection connection = context.request().connection();
        AtomicLong unread = new AtomicLong();
        context.request().handler(part -> {
            if (unread.addAndGet(part.length()) > MAX_UNREAD_BYTES) {
                connection.close();
            }
        });
        context.request().resume();
        context.vertx().setTimer(HANG_UP_MS, id -> connection.close());
    }

    /** HTTP/2 needs no such care: its requests do not follow each other. */
    private static boolean hasBody(HttpServerRequest request) {
        String length = request.getHeader("Content-Length");
        return request.version() != HttpVersion.HTTP_2
                && (request.getHeader("Transfer-Encoding") != null || length != null && !length.equals("0"));
    }

    private static JsonObject body(Refusal refusal, String title) {
        JsonObject body = new JsonObject()
                .put("type", "about:blank")
                .put("title", title)
                .put("status", refusal.status())
                .put("detail", refusal.detail());
        refusal.members().forEach(body::put);
        return body;
    }

    /** What a viewer could have offered. */
    private static JsonArray published(List<RtpFormat> formats) {
        var all = new JsonArray();
        for (RtpFormat format : formats) {
            var parameters = new JsonObject();
            format.parameters().forEach(parameters::put);
            all.add(new JsonObject()
                    .put("kind", format.codec().kind().label())
                    .put("codec", format.encodingName())
                    .put("clockRate", format.clockRate())
                    .put("parameters", parameters));
        }
        return all;
    }

    private static @Nullable Refusal refusal(Throwable failure) {
        Throwable cause = failure instanceof CompletionException wrapped && wrapped.getCause() != null
                ? wrapped.getCause()
                : failure;
        if (cause instanceof Refusal known) {
            return known;
        }
        if (cause instanceof RefusedSessionException session) {
            Refusal refusal = new Refusal(session.httpStatus(), session.line()).retryAfter(session.retryAfterSeconds());
            return session.sent().isEmpty() ? refusal : refusal.telling("published", published(session.sent()));
        }
        if (cause instanceof RefusedWorkException work) {
            return new Refusal(work.httpStatus(), work.line());
        }
        if (cause instanceof RefusedOfferException offer) {
            return new Refusal(offer.reason().httpStatus(), offer.line());
        }
        return null;
    }
}
