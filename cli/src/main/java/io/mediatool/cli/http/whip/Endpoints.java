package io.mediatool.cli.http.whip;

import io.mediatool.cli.http.access.Verb;
import io.mediatool.cli.http.exchange.Bodies;
import io.mediatool.cli.http.exchange.Clients;
import io.mediatool.cli.http.exchange.Names;
import io.mediatool.cli.http.exchange.Problem;
import io.mediatool.cli.http.exchange.Refusal;
import io.mediatool.core.signalling.session.RefusedSessionException;
import io.mediatool.core.signalling.session.Session;
import io.mediatool.core.signalling.session.SessionRequest;
import io.mediatool.core.signalling.webrtc.WebRtcOffer;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code /whip/ROOM[/STREAM]} and {@code /whep/ROOM[/STREAM]}: where an offer opens a session. */
public final class Endpoints {
    static final String SDP = "application/sdp";

    private static final Pattern WAIT = Pattern.compile("(\\d{1,3})s?");
    private static final int MAX_WAIT_S = 60;

    private final SignallingContext signalling;
    private final Session.Kind kind;

    private Endpoints(SignallingContext signalling, Session.Kind kind) {
        this.signalling = signalling;
        this.kind = kind;
    }

    /** Adds the routes of both protocols. */
    public static void route(Router router, SignallingContext signalling) {
        for (Session.Kind kind : Session.Kind.values()) {
            var endpoints = new Endpoints(signalling, kind);
            for (String path : List.of(prefix(kind) + "/:room", prefix(kind) + "/:room/:stream")) {
                router.post(path).handler(endpoints::open);
                router.options(path).handler(endpoints::options);
                router.head(path).handler(endpoints::head);
                router.get(path).handler(endpoints::get);
            }
        }
    }

    static String prefix(Session.Kind kind) {
        return kind == Session.Kind.PUBLISH ? "/whip" : "/whep";
    }

    static Verb verb(Session.Kind kind) {
        return kind == Session.Kind.PUBLISH ? Verb.PUBLISH : Verb.WATCH;
    }

    private void open(RoutingContext context) {
        Future<Buffer> body = Bodies.read(context, WebRtcOffer.MAX_SIZE);
        signalling.rates().count(Clients.address(context.request()));
        String room = Names.room(context);
        signalling
                .gate()
                .require(context, verb(kind), room)
                .compose(granted -> body)
                .compose(offer -> open(context, room, offer))
                .onSuccess(session -> created(context, session))
                .onFailure(failure -> refuse(context, failure));
    }

    private Future<Session> open(RoutingContext context, String room, Buffer offer) {
        Bodies.require(context.request(), SDP);
        var request = new SessionRequest(
                room,
                Names.stream(context),
                Bodies.text(offer),
                waitNs(context),
                Clients.describe(context.request()),
                !Problem.isPreferred(context, SDP));
        CompletionStage<Session> opening = kind == Session.Kind.PUBLISH
                ? signalling.door().publish(request)
                : signalling.door().watch(request);
        return Future.fromCompletionStage(opening, context.vertx().getOrCreateContext());
    }

    /** {@code ?wait=10s}: a viewer that comes first. */
    private long waitNs(RoutingContext context) {
        String wait = context.request().getParam("wait");
        if (wait == null || kind == Session.Kind.PUBLISH) {
            return 0;
        }
        Matcher seconds = WAIT.matcher(wait);
        if (!seconds.matches() || Integer.parseInt(seconds.group(1)) > MAX_WAIT_S) {
            throw new Refusal(400, "wait is written in seconds, up to " + MAX_WAIT_S + "s, e.g. ?wait=10s");
        }
        return Integer.parseInt(seconds.group(1)) * 1_000_000_000L;
    }

    private void created(RoutingContext context, Session session) {
        HttpServerResponse response = context.response();
        if (response.closed()) {
            // Whoever asked has gone: nobody would ever use or end it.
            session.close();
            return;
        }
        // An absolute path: OBS resolves nothing else (field notes: obs#9306), and proxies keep it right.
        String location = prefix(kind) + "/" + session.room() + "/" + session.stream() + "/" + step(context, session);
        // WHEP §4.2: 406 brings an offer of ours, good for 30 s, which PATCH answers.
        response.setStatusCode(session.isOffered() ? 406 : 201)
                .putHeader("Content-Type", SDP)
                .putHeader("Location", location)
                .putHeader("ETag", session.etag())
                .putHeader("Cache-Control", "no-store");
        var links = iceServers();
        if (kind == Session.Kind.WATCH) {
            links.addAll(Extensions.links(location));
        }
        if (!links.isEmpty()) {
            response.putHeader("Link", links);
        }
        response.end(session.answer()).onFailure(gone -> session.close());
    }

    private String step(RoutingContext context, Session session) {
        return signalling.gate().isByQuery(context.request())
                ? signalling.keys().withKey(session.id())
                : session.id();
    }

    private List<String> iceServers() {
        return new ArrayList<>(
                signalling.iceServers().stream().map(IceServer::link).toList());
    }

    private void refuse(RoutingContext context, Throwable failure) {
        String redirect = signalling.redirect();
        if (redirect != null && failure instanceof RefusedSessionException full && full.httpStatus() == 503) {
            String query = context.request().query();
            context.response()
                    .setStatusCode(307)
                    .putHeader("Location", redirect + context.request().path() + (query == null ? "" : "?" + query))
                    .end();
        } else {
            context.fail(failure);
        }
    }

    private void options(RoutingContext context) {
        Names.room(context);
        HttpServerResponse response = context.response();
        response.putHeader("Accept-Post", SDP).putHeader("Allow", "POST, GET, HEAD, OPTIONS");
        if (signalling.gate().isOpen() && !signalling.iceServers().isEmpty()) {
            response.putHeader("Link", iceServers());
        }
        response.setStatusCode(200).end();
    }

    private void head(RoutingContext context) {
        Names.room(context);
        // What kind of endpoint this is, for players that only have a URL (WHEP, editor's copy of April 2026).
        context.response().setStatusCode(200).putHeader("Content-Type", SDP).end();
    }

    private void get(RoutingContext context) {
        Names.room(context);
        context.response().setStatusCode(204).end();
    }
}
