package io.mediatool.cli.http.media;

import io.mediatool.cli.http.access.Gate;
import io.mediatool.cli.http.access.Grant;
import io.mediatool.cli.http.access.Verb;
import io.mediatool.cli.http.exchange.Bodies;
import io.mediatool.cli.http.exchange.Clients;
import io.mediatool.cli.http.exchange.Names;
import io.mediatool.cli.http.exchange.Rates;
import io.mediatool.cli.http.exchange.Refusal;
import io.mediatool.cli.rooms.library.Library;
import io.mediatool.cli.rooms.library.MediaFile;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.Callable;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/** The routes of the media directory's files: for administrators of the rooms that they were recorded in, and for who has a link. */
public final class MediaRoutes {
    private static final String ALL = "/api/v1/media";
    private static final String LINKS = "/api/v1/links";
    private static final int THREADS = 4;
    private static final int LISTED = 200;
    private static final int MAX_LISTED = 1_000;
    private static final int MAX_BODY = 4 * 1024;
    private static final int LINK_S = 3_600;
    private static final int MAX_LINK_S = 24 * 3_600;

    private final Library library;
    private final Gate gate;
    private final Rates rates;
    private final Links links;
    private final WorkerExecutor disk;
    private final FileAnswers answers;

    private MediaRoutes(Vertx vertx, Library library, Gate gate, Rates rates, InstantSource clock) {
        this.library = library;
        this.gate = gate;
        this.rates = rates;
        this.links = new Links(clock);
        this.disk = vertx.createSharedWorkerExecutor("media-files", THREADS);
        this.answers = new FileAnswers(vertx, disk, clock);
    }

    /** Adds the routes. */
    public static void route(Vertx vertx, Router router, Library library, Gate gate, Rates rates, InstantSource clock) {
        var routes = new MediaRoutes(vertx, library, gate, rates, clock);
        router.get(ALL).handler(routes::list);
        router.post(LINKS).handler(routes::link);
        // Names have slashes, as they are or as %2F.
        router.get(ALL + "/:file").handler(routes::fetch);
        router.head(ALL + "/:file").handler(routes::fetch);
        router.delete(ALL + "/:file").handler(routes::delete);
        router.routeWithRegex(HttpMethod.GET, ALL + "/.+").handler(routes::fetch);
        router.routeWithRegex(HttpMethod.HEAD, ALL + "/.+").handler(routes::fetch);
        router.routeWithRegex(HttpMethod.DELETE, ALL + "/.+").handler(routes::delete);
    }

    private <T> Future<T> onDisk(Callable<T> task) {
        try {
            return disk.executeBlocking(task, false);
        } catch (RejectedExecutionException e) {
            return Future.failedFuture(new Refusal(503, "the server is shutting down"));
        }
    }

    private void list(RoutingContext context) {
        rates.count(Clients.address(context.request()));
        String asked = context.request().getParam("room");
        String room = asked == null ? null : Names.checked("room", asked);
        int limit = limit(context.request().getParam("limit"));
        Future<Grant> admin =
                room == null ? gate.require(context, Verb.ADMIN) : gate.require(context, Verb.ADMIN, room);
        admin.compose(grant -> onDisk(() -> library.list(file -> isOf(file, room) && enters(grant, file), limit)))
                .onSuccess(listing -> {
                    var files = new JsonArray();
                    listing.files().forEach(file -> files.add(json(file)));
                    answer(
                            context,
                            200,
                            new JsonObject()
                                    .put("enabled", library.isThere())
                                    .put("files", files)
                                    .put("total", listing.total()));
                })
                .onFailure(context::fail);
    }

    private static boolean isOf(MediaFile file, @Nullable String room) {
        return room == null || file.facts().room().equals(room);
    }

    /** What was recorded in no room is for those who may enter every room. */
    private static boolean enters(Grant grant, MediaFile file) {
        return grant.enters(file.facts().room());
    }

    private static int limit(@Nullable String text) {
        if (text == null) {
            return LISTED;
        }
        if (!text.matches("\\d{1,6}") || Integer.parseInt(text) < 1) {
            throw new Refusal(400, "'limit' must be a number from 1 to " + MAX_LISTED);
        }
        return Math.min(MAX_LISTED, Integer.parseInt(text));
    }

    private static JsonObject json(MediaFile file) {
        MediaFile.Facts facts = file.facts();
        var json = new JsonObject()
                .put("name", file.name())
                .put("url", url(file.name()))
                .put("state", file.state().word())
                .put("bytes", file.sizeBytes())
                .put(
                        "modifiedAt",
                        file.modifiedAt().truncatedTo(ChronoUnit.MILLIS).toString());
        Instant startedAt = facts.startedAt();
        if (startedAt != null) {
            json.put("startedAt", startedAt.toString());
        }
        if (facts.durationSeconds() >= 0) {
            json.put("durationSeconds", Math.round(facts.durationSeconds() * 1e3) / 1e3);
        }
        put(json, "room", facts.room());
        put(json, "stream", facts.stream());
        put(json, "recording", facts.recording());
        return json.put("playing", file.isPlaying());
    }

    private static void put(JsonObject json, String name, String text) {
        if (!text.isEmpty()) {
            json.put(name, text);
        }
    }

    private static String url(String name) {
        return ALL + "/"
                + URLEncoder.encode(name, StandardCharsets.UTF_8)
                        .replace("+", "%20")
                        .replace("%2F", "/");
    }

    /** What the path names, decoded once; whether that is a file's name the media directory says. */
    private static String name(RoutingContext context) {
        String encoded = context.normalizedPath().substring(ALL.length() + 1);
        try {
            return URLDecoder.decode(encoded.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new Refusal(400, "the path is not percent-encoded as it should be");
        }
    }

    private void fetch(RoutingContext context) {
        HttpServerRequest request = context.request();
        rates.count(Clients.address(request));
        String name = name(context);
        if (gate.isOpen()) {
            // Where no token is asked for, a foreign page must not show what is here (Fetch standard §3.7).
            context.response().putHeader("Cross-Origin-Resource-Policy", "same-origin");
        }
        String signature = request.getParam("signature");
        if (signature != null) {
            links.verify(name, String.valueOf(request.getParam("expires")), signature);
            open(context, name, Grant.EVERYTHING);
            return;
        }
        gate.require(context, Verb.ADMIN)
                .onSuccess(grant -> open(context, name, grant))
                .onFailure(context::fail);
    }

    private void open(RoutingContext context, String name, Grant grant) {
        answers.reserve();
        onDisk(() -> {
                    allowed(name, grant);
                    return library.open(name);
                })
                .onSuccess(opened -> answers.send(context, opened))
                .onFailure(failure -> {
                    answers.release();
                    context.fail(failure);
                });
    }

    private MediaFile allowed(String name, Grant grant) throws Exception {
        MediaFile file = library.find(name);
        if (!enters(grant, file)) {
            throw new Refusal(403, "the token is not for the room that this was recorded in")
                    .with("WWW-Authenticate", "Bearer realm=\"mediatool\", error=\"insufficient_scope\"");
        }
        return file;
    }

    private void delete(RoutingContext context) {
        rates.count(Clients.address(context.request()));
        String name = name(context);
        gate.require(context, Verb.ADMIN)
                .compose(grant -> onDisk(() -> {
                    allowed(name, grant);
                    library.delete(name);
                    return name;
                }))
                .onSuccess(gone -> context.response().setStatusCode(204).end())
                .onFailure(context::fail);
    }

    /** {@code {"file": …, "seconds": …}}: who makes it may do what it lets others do. */
    private void link(RoutingContext context) {
        rates.count(Clients.address(context.request()));
        Future<Buffer> body = Bodies.read(context, MAX_BODY);
        gate.require(context, Verb.ADMIN)
                .compose(grant -> body.compose(bytes -> {
                    JsonObject json = Bodies.object(bytes);
                    return onDisk(() -> allowed(file(json), grant)).map(file -> linked(file, seconds(json)));
                }))
                .onSuccess(json -> answer(context, 201, json))
                .onFailure(context::fail);
    }

    private JsonObject linked(MediaFile file, int seconds) {
        Instant expiry = links.expiry(seconds);
        return new JsonObject()
                .put("url", url(file.name()) + "?" + links.query(file.name(), expiry))
                .put("expiresAt", expiry.toString());
    }

    private static String file(JsonObject json) {
        if (json.getValue("file") instanceof String name) {
            return name;
        }
        throw new Refusal(400, "'file' is needed: a name in the media directory");
    }

    private static int seconds(JsonObject json) {
        Object value = json.getValue("seconds", LINK_S);
        if (value instanceof Integer seconds && seconds >= 1 && seconds <= MAX_LINK_S) {
            return seconds;
        }
        throw new Refusal(400, "'seconds' must be a number from 1 to " + MAX_LINK_S);
    }

    private static void answer(RoutingContext context, int status, JsonObject json) {
        context.response()
                .setStatusCode(status)
                .putHeader("Content-Type", "application/json")
                .putHeader("Cache-Control", "no-store")
                .end(json.encode());
    }
}
