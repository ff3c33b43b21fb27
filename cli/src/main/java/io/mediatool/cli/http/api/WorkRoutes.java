package io.mediatool.cli.http.api;

import io.mediatool.cli.http.access.Gate;
import io.mediatool.cli.http.access.Grant;
import io.mediatool.cli.http.access.Verb;
import io.mediatool.cli.http.exchange.Bodies;
import io.mediatool.cli.http.exchange.Clients;
import io.mediatool.cli.http.exchange.Names;
import io.mediatool.cli.http.exchange.Rates;
import io.mediatool.cli.http.exchange.Refusal;
import io.mediatool.cli.rooms.Order;
import io.mediatool.cli.rooms.RefusedWorkException;
import io.mediatool.cli.rooms.Work;
import io.mediatool.cli.rooms.Works;
import io.mediatool.cli.rooms.sidecar.Sidecar;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.nio.file.Path;
import java.util.concurrent.CompletionStage;

/** Recordings, players, ingests and forwards of a room: for administrators. */
final class WorkRoutes {
    private static final int MAX_BODY = 64 * 1024;

    private final Works works;
    private final Gate gate;
    private final Rates rates;
    private final Work.Kind kind;

    private WorkRoutes(Works works, Gate gate, Rates rates, Work.Kind kind) {
        this.works = works;
        this.gate = gate;
        this.rates = rates;
        this.kind = kind;
    }

    static void route(Router router, String root, Works works, Gate gate, Rates rates) {
        for (Work.Kind kind : Work.Kind.values()) {
            var routes = new WorkRoutes(works, gate, rates, kind);
            String all = root + "/rooms/:room/" + kind.plural();
            router.post(all).handler(routes::begin);
            router.get(all).handler(routes::list);
            router.get(all + "/:work").handler(routes::show);
            router.delete(all + "/:work").handler(routes::end);
            router.patch(all + "/:work").handler(routes::change);
        }
    }

    private Future<String> admin(RoutingContext context) {
        rates.count(Clients.address(context.request()));
        String room = Names.room(context);
        return gate.require(context, Verb.ADMIN, room).map(grant -> room);
    }

    private void begin(RoutingContext context) {
        Future<Buffer> body = Bodies.read(context, MAX_BODY);
        rates.count(Clients.address(context.request()));
        String room = Names.room(context);
        gate.require(context, Verb.ADMIN, room)
                .compose(grant -> body.map(bytes -> allowed(order(context, room, bytes), grant)))
                .compose(order -> Api.here(context, works.open(order)))
                .onSuccess(work -> {
                    context.response()
                            .setStatusCode(201)
                            .putHeader("Location", context.request().path().replaceAll("/+$", "") + "/" + work.id());
                    Api.answer(context, new JsonObject(work.report()));
                })
                .onFailure(context::fail);
    }

    private Order order(RoutingContext context, String room, Buffer body) {
        try {
            boolean plain = kind == Work.Kind.INGEST && "application/sdp".equals(Bodies.mediaType(context.request()));
            if (plain) {
                return WorkOrders.ingest(room, null, Bodies.text(body));
            }
            JsonObject json =
                    body.length() == 0 && kind == Work.Kind.RECORDING ? new JsonObject() : Bodies.object(body);
            return WorkOrders.of(kind, room, json, works);
        } catch (RefusedWorkException e) {
            throw new Refusal(e.httpStatus(), e.line());
        }
    }

    /** What was recorded in a room is for those who may enter it, also by way of another room. */
    private static Order allowed(Order order, Grant grant) {
        if (order instanceof Order.Player player) {
            for (Path file : player.files()) {
                String recordedIn = Sidecar.read(file).getOrDefault("room", "");
                if (!recordedIn.isEmpty() && !grant.enters(recordedIn)) {
                    throw new Refusal(403, "the token is not for the room that this was recorded in");
                }
            }
        }
        return order;
    }

    private void list(RoutingContext context) {
        admin(context)
                .onSuccess(room -> {
                    var all = new JsonArray();
                    works.list(kind, room).forEach(work -> all.add(new JsonObject(work.report())));
                    Api.answer(context, new JsonObject().put(kind.plural(), all));
                })
                .onFailure(context::fail);
    }

    private Future<Work> work(RoutingContext context) {
        return admin(context).map(room -> {
            Work work = works.find(String.valueOf(context.pathParam("work")));
            if (work == null || work.kind() != kind || !work.roomName().equals(room)) {
                throw new Refusal(404, "there is no such " + kind.word() + " in the room, or not any more");
            }
            return work;
        });
    }

    private void show(RoutingContext context) {
        work(context)
                .onSuccess(work -> Api.answer(context, new JsonObject(work.report())))
                .onFailure(context::fail);
    }

    /** What is over already is forgotten. */
    private void end(RoutingContext context) {
        work(context)
                .compose(work -> {
                    boolean was = work.isOver();
                    return Api.here(context, work.end("it was ended")).onSuccess(over -> {
                        if (was) {
                            works.forget(over);
                        }
                    });
                })
                .onSuccess(work -> Api.answer(context, new JsonObject(work.report())))
                .onFailure(context::fail);
    }

    /** An ingest is as its sender makes it: that is refused before anything is read. */
    private void change(RoutingContext context) {
        if (kind == Work.Kind.INGEST) {
            admin(context)
                    .onSuccess(room -> context.fail(
                            new Refusal(405, "an ingest is what its sender makes of it: end it and begin another")
                                    .with("Allow", "GET, DELETE")))
                    .onFailure(context::fail);
            return;
        }
        Future<Buffer> body = Bodies.read(context, MAX_BODY);
        work(context)
                .compose(work -> body.compose(bytes -> {
                    Order.Change change = WorkOrders.change(work, Bodies.object(bytes));
                    return Api.here(context, changed(work, change)).map(work);
                }))
                .onSuccess(work -> Api.answer(context, new JsonObject(work.report())))
                .onFailure(context::fail);
    }

    private static CompletionStage<Void> changed(Work work, Order.Change change) {
        try {
            return work.change(change);
        } catch (RefusedWorkException e) {
            throw new Refusal(e.httpStatus(), e.line());
        }
    }
}
