package io.mediatool.cli.http.exchange;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Reads request bodies: so many bytes, in so much time. */
public final class Bodies {
    private static final long DEADLINE_MS = 15_000;

    private Bodies() {}

    /**
     * The whole body. To be called before anything is waited for: what arrives without a reader is lost.
     *
     * @return fails with 413 when there are more than {@code maxBytes}, with 408 when they take too long
     */
    public static Future<Buffer> read(RoutingContext context, int maxBytes) {
        HttpServerRequest request = context.request();
        Promise<Buffer> whole = Promise.promise();
        if (declaredLength(request) > maxBytes) {
            return Future.failedFuture(tooLarge(maxBytes));
        }
        Buffer body = Buffer.buffer();
        long deadline = context.vertx()
                .setTimer(
                        DEADLINE_MS,
                        id -> whole.tryFail(new Refusal(408, "the body did not arrive within 15 seconds")));
        request.exceptionHandler(gone -> whole.tryFail(new Refusal(400, "the request broke off")));
        request.handler(part -> {
            if (body.length() + part.length() > maxBytes) {
                whole.tryFail(tooLarge(maxBytes));
            } else {
                body.appendBuffer(part);
            }
        });
        request.endHandler(end -> whole.tryComplete(body));
        return whole.future().onComplete(done -> context.vertx().cancelTimer(deadline));
    }

    private static long declaredLength(HttpServerRequest request) {
        String length = request.getHeader("Content-Length");
        return length == null || !length.matches("\\d{1,18}") ? 0 : Long.parseLong(length);
    }

    private static Refusal tooLarge(int maxBytes) {
        return new Refusal(413, "a body of at most " + maxBytes + " bytes is taken here");
    }

    /** The media type of the request, in small letters and without parameters; null when there is none. */
    public static @Nullable String mediaType(HttpServerRequest request) {
        String type = request.getHeader("Content-Type");
        return type == null ? null : type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    }

    /** Refuses with 415 unless the request's body is of {@code mediaType}. */
    public static void require(HttpServerRequest request, String mediaType) {
        String given = mediaType(request);
        if (!mediaType.equals(given)) {
            throw new Refusal(
                            415,
                            given == null
                                    ? "Content-Type is missing: " + mediaType + " is taken here"
                                    : "Content-Type is " + shown(given) + ", but " + mediaType + " is taken here")
                    .with(request.method().name().equals("PATCH") ? "Accept-Patch" : "Accept-Post", mediaType);
        }
    }

    /** UTF-8; what is not becomes a replacement character and is refused further on. */
    public static String text(Buffer body) {
        return body.toString(StandardCharsets.UTF_8);
    }

    /** Refuses with 400 what is no JSON object. */
    public static JsonObject object(Buffer body) {
        if (json(body) instanceof JsonObject object) {
            return object;
        }
        throw new Refusal(400, "the body must be a JSON object");
    }

    /** Refuses with 400 what is no JSON array; no body is an empty one. */
    public static JsonArray array(Buffer body) {
        if (body.length() == 0) {
            return new JsonArray();
        }
        if (json(body) instanceof JsonArray array) {
            return array;
        }
        throw new Refusal(400, "the body must be a JSON array");
    }

    private static @Nullable Object json(Buffer body) {
        try {
            return Json.decodeValue(body);
        } catch (DecodeException e) {
            throw new Refusal(400, "the body is not JSON");
        }
    }

    /** A text of {@code json}, a number written as one, or null; refused with 400 when it is neither. */
    public static @Nullable String word(JsonObject json, String name) {
        Object value = json.getValue(name);
        if (value == null || value instanceof Number || value instanceof String text && text.length() <= 64) {
            return value == null ? null : value.toString();
        }
        throw new Refusal(400, "'" + name + "' must be a short text");
    }

    /** A layer's number of {@code json}, −1 when there is none; refused with 400 when it is no number from 0 to 7. */
    public static int layer(JsonObject json, String name) {
        Object value = json.getValue(name);
        if (value == null || value instanceof Integer number && number >= 0 && number <= 7) {
            return value == null ? -1 : (Integer) value;
        }
        throw new Refusal(400, "'" + name + "' must be a number from 0 to 7");
    }

    /** A number of pixels, 0 when it is not there. */
    public static int pixels(JsonObject json, String name) {
        Object value = json.getValue(name);
        if (value == null || value instanceof Integer number && number >= 1 && number <= 65_536) {
            return value == null ? 0 : (Integer) value;
        }
        throw new Refusal(400, "'" + name + "' must be a number of pixels from 1 to 65536");
    }

    private static String shown(String word) {
        return word.length() <= 60 ? word : word.substring(0, 60) + "…";
    }
}
