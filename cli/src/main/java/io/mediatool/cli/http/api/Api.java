package io.mediatool.cli.http.api;

import io.mediatool.cli.http.access.Gate;
import io.mediatool.cli.http.access.Grant;
import io.mediatool.cli.http.access.Verb;
import io.mediatool.cli.http.exchange.Clients;
import io.mediatool.cli.http.exchange.EventStreams;
import io.mediatool.cli.http.exchange.Names;
import io.mediatool.cli.http.exchange.Rates;
import io.mediatool.cli.http.exchange.Refusal;
import io.mediatool.cli.rooms.Works;
import io.mediatool.core.signalling.session.RoomReport;
import io.mediatool.core.signalling.session.SessionDoor;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** The routes below {@code /api/v1}. */
public final class Api {
    private static final String ROOT = "/api/v1";

    private final SessionDoor door;
    private final Gate gate;
    private final Rates rates;
    private final Works works;

    private Api(SessionDoor door, Works works, Gate gate, Rates rates) {
        this.door = door;
        this.works = works;
        this.gate = gate;
        this.rates = rates;
    }

    /** Adds the routes. */
    public static void route(
            Router router, SessionDoor door, Works works, Gate gate, Rates rates, EventStreams streams) {
        var api = new Api(door, works, gate, rates);
        router.get(ROOT + "/rooms").handler(api::rooms);
        router.get(ROOT + "/rooms/:room").handler(api::room);
        router.delete(ROOT + "/rooms/:room").handler(api::endRoom);
        router.get(ROOT + "/rooms/:room/streams").handler(api::streams);
        router.get(ROOT + "/rooms/:room/streams/:stream").handler(api::stream);
        router.delete(ROOT + "/rooms/:room/streams/:stream").handler(api::endStream);
        var sessions = new SessionRoutes(door, gate, rates);
        router.get(ROOT + "/sessions").handler(sessions::list);
        router.get(ROOT + "/sessions/:session").handler(sessions::show);
        router.delete(ROOT + "/sessions/:session").handler(sessions::end);
        router.put(ROOT + "/sessions/:session/layer").handler(sessions::select);
        WorkRoutes.route(router, ROOT, works, gate, rates);
        router.get(ROOT + "/events").handler(context -> Changes.listen(context, door, works, gate, streams));
        router.get(ROOT + "/openapi.json").handler(OpenApi::show);
    }

    private void rooms(RoutingContext context) {
        gate.require(context, Verb.WATCH)
                .compose(grant -> reports(context).map(rooms -> {
                    var all = new JsonArray();
                    rooms.stream()
                            .filter(room -> grant.enters(room.name()))
                            .forEach(room -> all.add(ReportJson.room(room, grant.allows(Verb.ADMIN))));
                    return new JsonObject().put("rooms", all);
                }))
                .onSuccess(json -> answer(context, json))
                .onFailure(context::fail);
    }

    private void room(RoutingContext context) {
        inRoom(context, (room, grant) -> ReportJson.room(room, grant.allows(Verb.ADMIN)));
    }

    private void streams(RoutingContext context) {
        inRoom(
                context,
                (room, grant) -> new JsonObject()
                        .put(
                                "streams",
                                ReportJson.room(room, grant.allows(Verb.ADMIN)).getJsonArray("streams")));
    }

    private void stream(RoutingContext context) {
        String name = Names.stream(context);
        inRoom(
                context,
                (room, grant) -> room.streams().stream()
                        .filter(stream -> stream.name().equals(name))
                        .findFirst()
                        .map(stream -> ReportJson.stream(stream, grant.allows(Verb.ADMIN)))
                        .orElseThrow(() -> new Refusal(404, "there is no such stream in the room")));
    }

    private interface View {
        JsonObject of(RoomReport room, Grant grant);
    }

    private void inRoom(RoutingContext context, View view) {
        String name = Names.room(context);
        gate.require(context, Verb.WATCH, name)
                .compose(grant -> reports(context)
                        .map(rooms -> rooms.stream()
                                .filter(room -> room.name().equals(name))
                                .findFirst()
                                .map(room -> view.of(room, grant))
                                .orElseThrow(() -> new Refusal(404, "there is no such room"))))
                .onSuccess(json -> answer(context, json))
                .onFailure(context::fail);
    }

    private Future<List<RoomReport>> reports(RoutingContext context) {
        rates.count(Clients.address(context.request()));
        return here(context, door.rooms());
    }

    private void endRoom(RoutingContext context) {
        String room = Names.room(context);
        end(context, room, () -> works.endRoom(room).thenCombine(door.endRoom(room), (some, other) -> some || other));
    }

    private void endStream(RoutingContext context) {
        String room = Names.room(context);
        String stream = String.valueOf(Names.stream(context));
        end(context, room, () -> door.endStream(room, stream));
    }

    private void end(RoutingContext context, String room, Supplier<CompletionStage<Boolean>> ending) {
        rates.count(Clients.address(context.request()));
        gate.require(context, Verb.ADMIN, room)
                .compose(grant -> here(context, ending.get()))
                .onSuccess(was -> {
                    if (was) {
                        context.response().setStatusCode(204).end();
                    } else {
                        context.fail(new Refusal(404, "there is nothing of that name"));
                    }
                })
                .onFailure(context::fail);
    }

    static <T> Future<T> here(RoutingContext context, CompletionStage<T> stage) {
        return Future.fromCompletionStage(stage, context.vertx().getOrCreateContext());
    }

    static void answer(RoutingContext context, JsonObject json) {
        context.response()
                .putHeader("Content-Type", "application/json")
                .putHeader("Cache-Control", "no-store")
                .end(json.encode());
    }
}
