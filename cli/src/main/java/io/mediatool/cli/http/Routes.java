package io.mediatool.cli.http;

import io.mediatool.cli.http.api.Api;
import io.mediatool.cli.http.exchange.Connections;
import io.mediatool.cli.http.exchange.EventStreams;
import io.mediatool.cli.http.exchange.Origins;
import io.mediatool.cli.http.exchange.Rates;
import io.mediatool.cli.http.exchange.Refusal;
import io.mediatool.cli.http.media.MediaRoutes;
import io.mediatool.cli.http.metrics.Metrics;
import io.mediatool.cli.http.metrics.Traffic;
import io.mediatool.cli.http.whip.Endpoints;
import io.mediatool.cli.http.whip.Extensions;
import io.mediatool.cli.http.whip.Sessions;
import io.mediatool.cli.http.whip.SignallingContext;
import io.mediatool.cli.rooms.Works;
import io.mediatool.cli.rooms.library.Library;
import io.mediatool.core.server.peer.Endpoint;
import io.mediatool.core.signalling.session.SessionDoor;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.HostAndPort;
import io.vertx.ext.web.AllowForwardHeaders;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Everything that can be asked for. */
final class Routes {
    private static final Set<HttpMethod> SAFE = Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS);

    private Routes() {}

    /**
     * What the routes lead to.
     *
     * @param endpoint for its counters
     */
    record Targets(
            SessionDoor door,
            Works works,
            Endpoint endpoint,
            EventStreams streams,
            Connections connections,
            Traffic traffic) {}

    static Router of(Vertx vertx, HttpSettings settings, Targets targets) {
        Router router = Router.router(vertx);
        // Only what a trusted proxy has written is still there.
        router.allowForward(settings.proxies().isEmpty() ? AllowForwardHeaders.NONE : AllowForwardHeaders.X_FORWARD);
        router.route().handler(Routes::harmless);
        if (isTrusting(settings)) {
            router.route().handler(Routes::ofThisMachine);
        }
        var rates = new Rates(settings.requestsPerSecond(), System::nanoTime);
        var signalling = new SignallingContext(
                targets.door(), settings.gate(), rates, settings.iceServers(), settings.redirect());
        var origins = new Origins(origins(settings));
        router.routeWithRegex("/(whip|whep)/.*").handler(origins::handle);
        if (isTrusting(settings)) {
            router.routeWithRegex("/api/.*").handler(context -> ofOurPages(context, origins));
        }
        if (!settings.gate().isOpen() || !settings.origins().isEmpty()) {
            router.routeWithRegex("/api/.*").handler(origins::handle);
        }
        Endpoints.route(router, signalling);
        Sessions.route(router, signalling);
        Extensions.route(router, signalling, targets.streams());
        Api.route(router, targets.door(), targets.works(), settings.gate(), rates, targets.streams());
        MediaRoutes.route(vertx, router, new Library(targets.works()), settings.gate(), rates, InstantSource.system());
        new Metrics(
                        targets.door(),
                        targets.endpoint(),
                        settings.gate(),
                        targets.traffic(),
                        targets.connections(),
                        targets.streams())
                .route(vertx, router);
        router.get("/healthz")
                .handler(context -> context.response()
                        .putHeader("Content-Type", "text/plain")
                        .putHeader("Cache-Control", "no-store")
                        .end("ok\n"));
        Page.route(router);
        return router;
    }

    /** Where tokens or other machines come in, any page may call; where everything is allowed, only those of this machine. */
    private static List<String> origins(HttpSettings settings) {
        return settings.origins().isEmpty() && !isTrusting(settings) ? List.of("*") : settings.origins();
    }

    /** Whether who is on this machine may do everything. */
    private static boolean isTrusting(HttpSettings settings) {
        return settings.gate().isOpen() && settings.isLoopback();
    }

    /** A form of a foreign page posts without asking first (Fetch standard §2.2.2, "simple"): it must not begin or end anything. */
    private static void ofOurPages(RoutingContext context, Origins origins) {
        HttpServerRequest request = context.request();
        String origin = request.getHeader("Origin");
        boolean changes = !SAFE.contains(request.method());
        if (changes && origin != null && !origins.allows(origin) && !origin.endsWith("://" + request.authority())) {
            throw new Refusal(
                    403, "pages of other origins may not do this: --allow-origin lets them, --token is better");
        }
        context.next();
    }

    private static void harmless(RoutingContext context) {
        context.response().putHeader("X-Content-Type-Options", "nosniff");
        context.next();
    }

    /**
     * A foreign name that points to 127.0.0.1 makes a foreign page one of ours (DNS rebinding): where no token is asked for, only
     * names of this machine count.
     */
    private static void ofThisMachine(RoutingContext context) {
        HostAndPort authority = context.request().authority();
        String host = authority == null ? "" : authority.host();
        if (!host.equalsIgnoreCase("localhost")
                && !host.toLowerCase(Locale.ROOT).endsWith(".localhost")
                && !host.matches("127(\\.\\d+){3}|\\[?[0-9a-fA-F:]*::?1\\]?")) {
            throw new Refusal(421, "this server is for this machine only: call it localhost, or start it with --token");
        }
        context.next();
    }
}
