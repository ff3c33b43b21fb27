package io.mediatool.cli.http;

import io.mediatool.cli.http.exchange.Refusal;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** The page for people: files of the jar, nothing else. */
final class Page {
    private static final String FOLDER = "/io/mediatool/cli/page/";
    /** No dots but the last one: there is no way out of the folder. */
    private static final Pattern FILE = Pattern.compile("(?:[a-z0-9-]+/){0,3}[a-z0-9-]+\\.([a-z0-9]+)");

    private static final Map<String, String> TYPES = Map.of(
            "html", "text/html; charset=utf-8",
            "js", "text/javascript; charset=utf-8",
            "css", "text/css; charset=utf-8",
            "json", "application/json",
            "svg", "image/svg+xml",
            "png", "image/png",
            "ico", "image/x-icon",
            "webmanifest", "application/manifest+json");

    /** Our own files only, and whatever server of WHIP and WHEP the user names. */
    private static final String POLICY =
            "default-src 'self'; img-src 'self' data: blob:; media-src 'self' blob: mediastream:; connect-src 'self' http: https:; "
                    + "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

    private final Map<String, File> files = new HashMap<>();

    private record File(String type, Buffer bytes, String etag) {}

    /** Adds the routes. */
    static void route(Router router) {
        var page = new Page();
        router.get("/").handler(context -> page.answer(context, "index.html"));
        router.getWithRegex("/[^/]+\\.[a-z0-9]+|/(?!api/|whip/|whep/).+/[^/]+\\.[a-z0-9]+")
                .handler(
                        context -> page.answer(context, context.request().path().substring(1)));
    }

    private void answer(RoutingContext context, String name) {
        File file = files.get(name);
        if (file == null) {
            file = load(name);
            if (file == null) {
                throw new Refusal(404, "there is nothing of that name");
            }
            files.put(name, file);
        }
        HttpServerResponse response = context.response();
        response.putHeader("Content-Type", file.type())
                .putHeader("ETag", file.etag())
                .putHeader("Cache-Control", "no-cache")
                .putHeader("Content-Security-Policy", POLICY)
                .putHeader("Referrer-Policy", "no-referrer");
        if (file.etag().equals(context.request().getHeader("If-None-Match"))) {
            response.setStatusCode(304).end();
        } else {
            response.end(file.bytes());
        }
    }

    private static @Nullable File load(String name) {
        var matched = FILE.matcher(name);
        String type = matched.matches() ? TYPES.get(matched.group(1)) : null;
        if (type == null) {
            return null;
        }
        try (InputStream in = Page.class.getResourceAsStream(FOLDER + name)) {
            if (in == null) {
                return null;
            }
            byte[] bytes = in.readAllBytes();
            var sum = new CRC32C();
            sum.update(bytes);
            return new File(type, Buffer.buffer(bytes), "\"" + Long.toHexString(sum.getValue()) + "\"");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
