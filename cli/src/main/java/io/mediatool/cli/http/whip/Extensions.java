package io.mediatool.cli.http.whip;

import io.mediatool.cli.http.exchange.Bodies;
import io.mediatool.cli.http.exchange.Clients;
import io.mediatool.cli.http.exchange.EventStreams;
import io.mediatool.cli.http.exchange.Names;
import io.mediatool.core.signalling.session.LayerChoice;
import io.mediatool.core.signalling.session.Session;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The extensions of WHEP that Medooze's own client speaks: server-sent events and the choice of a layer. Their URLs hang below the
 * session's, which nobody can guess: browsers send no token with an {@code EventSource}.
 */
public final class Extensions {
    private static final String EVENTS_REL = "urn:ietf:params:whep:ext:core:server-sent-events";
    private static final String LAYER_REL = "urn:ietf:params:whep:ext:core:layer";
    private static final String PATH = "/whep/:room/:stream/:session";
    private static final int MAX_BODY = 4 * 1024;
    private static final String NAMES = "active,inactive,layers,viewercount";

    private final SignallingContext signalling;
    private final EventStreams streams;

    private Extensions(SignallingContext signalling, EventStreams streams) {
        this.signalling = signalling;
        this.streams = streams;
    }

    /** The {@code Link} headers of a viewer's session. */
    static List<String> links(String location) {
        return List.of(
                "<" + location + "/events>; rel=\"" + EVENTS_REL + "\"; events=\"" + NAMES + "\"",
                "<" + location + "/layer>; rel=\"" + LAYER_REL + "\"");
    }

    /** Adds the routes. */
    public static void route(Router router, SignallingContext signalling, EventStreams streams) {
        var extensions = new Extensions(signalling, streams);
        router.post(PATH + "/events").handler(extensions::subscribe);
        router.get(PATH + "/events").handler(extensions::listen);
        router.delete(PATH + "/events").handler(extensions::unsubscribe);
        router.post(PATH + "/layer").handler(extensions::choose);
        router.delete(PATH + "/layer").handler(extensions::unchoose);
    }

    private Session session(RoutingContext context) {
        return Sessions.find(context, signalling, Session.Kind.WATCH);
    }

    /** A JSON array of names, all when empty. The answer says where to listen. */
    private void subscribe(RoutingContext context) {
        Bodies.read(context, MAX_BODY)
                .map(body -> {
                    session(context);
                    String wanted = Bodies.array(body).stream()
                            .map(String::valueOf)
                            .filter(name -> Set.of(NAMES.split(",")).contains(name))
                            .distinct()
                            .collect(Collectors.joining(","));
                    return context.request().path() + (wanted.isEmpty() ? "" : "?events=" + wanted);
                })
                .onSuccess(location -> context.response()
                        .setStatusCode(201)
                        .putHeader("Location", location)
                        .end())
                .onFailure(context::fail);
    }

    private void listen(RoutingContext context) {
        Session session = session(context);
        String wanted = context.request().getParam("events");
        Set<String> names = Set.copyOf(List.of((wanted == null || wanted.isEmpty() ? NAMES : wanted).split(",")));
        ViewerEvents.start(signalling.door(), session, names, streams.open(context), context.vertx());
    }

    private void unsubscribe(RoutingContext context) {
        session(context);
        context.response().setStatusCode(200).end();
    }

    private void choose(RoutingContext context) {
        Bodies.read(context, MAX_BODY)
                .compose(body -> select(context, choice(body)))
                .onSuccess(done -> context.response().setStatusCode(200).end())
                .onFailure(context::fail);
    }

    private void unchoose(RoutingContext context) {
        select(context, new LayerChoice(null, null, -1, -1))
                .onSuccess(done -> context.response().setStatusCode(200).end())
                .onFailure(context::fail);
    }

    private Future<Void> select(RoutingContext context, LayerChoice choice) {
        signalling.rates().count(Clients.address(context.request()));
        Names.room(context);
        return Future.fromCompletionStage(
                session(context).selectLayer(choice), context.vertx().getOrCreateContext());
    }

    /**
     * {@code mediaId, rid, spatialLayerId, temporalLayerId, maxSpatialLayerId, maxTemporalLayerId, maxWidth, maxHeight}, all optional.
     * Older clients call the rid {@code encodingId}, and ours that of a scalable layer {@code S1T2}.
     */
    private static LayerChoice choice(Buffer body) {
        JsonObject json = Bodies.object(body);
        String rid = Bodies.word(json, "rid");
        return new LayerChoice(
                Bodies.word(json, "mediaId"),
                rid == null ? Bodies.word(json, "encodingId") : rid,
                layer(json, "spatialLayerId", "maxSpatialLayerId"),
                layer(json, "temporalLayerId", "maxTemporalLayerId"),
                Bodies.pixels(json, "maxWidth"),
                Bodies.pixels(json, "maxHeight"));
    }

    private static int layer(JsonObject json, String name, String maxName) {
        int layer = Bodies.layer(json, name);
        return layer >= 0 ? layer : Bodies.layer(json, maxName);
    }
}
