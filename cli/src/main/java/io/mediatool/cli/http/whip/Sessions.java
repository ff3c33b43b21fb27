package io.mediatool.cli.http.whip;

import io.mediatool.cli.http.exchange.Bodies;
import io.mediatool.cli.http.exchange.Clients;
import io.mediatool.cli.http.exchange.Names;
import io.mediatool.cli.http.exchange.Refusal;
import io.mediatool.cli.http.exchange.Reports;
import io.mediatool.core.signalling.session.Session;
import io.mediatool.core.signalling.webrtc.IceFragment;
import io.mediatool.core.signalling.webrtc.RefusedOfferException;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;

/** The session URL that {@code Location} named: trickle, restart, end. */
public final class Sessions {
    private static final int MAX_FRAGMENT = 64 * 1024;

    private final SignallingContext signalling;
    private final Session.Kind kind;

    private Sessions(SignallingContext signalling, Session.Kind kind) {
        this.signalling = signalling;
        this.kind = kind;
    }

    /** Adds the routes of both protocols. */
    public static void route(Router router, SignallingContext signalling) {
        for (Session.Kind kind : Session.Kind.values()) {
            var sessions = new Sessions(signalling, kind);
            String path = Endpoints.prefix(kind) + "/:room/:stream/:session";
            router.patch(path).handler(sessions::patch);
            router.delete(path).handler(sessions::delete);
            router.options(path).handler(sessions::options);
            router.head(path).handler(sessions::show);
            router.get(path).handler(sessions::show);
        }
    }

    /** The session that the path names; refused with 404 when there is none. */
    static Session find(RoutingContext context, SignallingContext signalling, Session.Kind kind) {
        String step = step(context);
        Session session = step.length() > 100 ? null : signalling.door().find(SessionKeys.id(step));
        if (session == null || session.kind() != kind || !session.room().equals(Names.room(context))) {
            throw new Refusal(404, "there is no such session, or not any more");
        }
        return session;
    }

    private static String step(RoutingContext context) {
        return String.valueOf(context.pathParam("session"));
    }

    private Future<Session> allowed(RoutingContext context) {
        signalling.rates().count(Clients.address(context.request()));
        Future<?> granted = signalling.keys().opens(step(context))
                ? Future.succeededFuture()
                : signalling.gate().require(context, Endpoints.verb(kind), Names.room(context));
        return granted.map(in -> find(context, signalling, kind));
    }

    private void patch(RoutingContext context) {
        Future<Buffer> body = Bodies.read(context, MAX_FRAGMENT);
        boolean answers = kind == Session.Kind.WATCH && Endpoints.SDP.equals(Bodies.mediaType(context.request()));
        allowed(context)
                .compose(session ->
                        body.compose(text -> answers ? answer(context, session, text) : patch(context, session, text)))
                .onSuccess(patched -> patched(context, patched))
                .onFailure(context::fail);
    }

    /** What the client takes of our counter-offer. */
    private static Future<Session.Patched> answer(RoutingContext context, Session session, Buffer body) {
        return Future.fromCompletionStage(
                        session.answer(Bodies.text(body)), context.vertx().getOrCreateContext())
                .map(shown -> new Session.Patched("", shown.etag()));
    }

    private static Future<Session.Patched> patch(RoutingContext context, Session session, Buffer body) {
        Bodies.require(context.request(), IceFragment.MEDIA_TYPE);
        String ifMatch = context.request().getHeader("If-Match");
        if (ifMatch == null) {
            throw new Refusal(428, "If-Match is missing: the session's ETag to trickle, * to restart ICE");
        }
        IceFragment fragment;
        try {
            fragment = IceFragment.read(Bodies.text(body));
        } catch (RefusedOfferException e) {
            return Future.failedFuture(e);
        }
        return Future.fromCompletionStage(
                session.patch(fragment, ifMatch), context.vertx().getOrCreateContext());
    }

    /** RFC 9725 §4.3: 204 without a tag for candidates, 200 with the new tag for a restart. */
    private static void patched(RoutingContext context, Session.Patched patched) {
        HttpServerResponse response = context.response();
        if (patched.fragment().isEmpty()) {
            response.setStatusCode(204).end();
        } else {
            response.setStatusCode(200)
                    .putHeader("Content-Type", IceFragment.MEDIA_TYPE)
                    .putHeader("ETag", patched.etag())
                    .putHeader("Cache-Control", "no-store")
                    .end(patched.fragment());
        }
    }

    private void delete(RoutingContext context) {
        allowed(context)
                .compose(session -> Reports.end(session, context.vertx().getOrCreateContext()))
                .onSuccess(gone -> context.response().setStatusCode(200).end())
                .onFailure(context::fail);
    }

    private void options(RoutingContext context) {
        context.response()
                .setStatusCode(200)
                .putHeader("Allow", "PATCH, DELETE, GET, HEAD, OPTIONS")
                .end();
    }

    private void show(RoutingContext context) {
        allowed(context)
                .onSuccess(session -> context.response()
                        .setStatusCode(204)
                        .putHeader("ETag", session.etag())
                        .end())
                .onFailure(context::fail);
    }
}
