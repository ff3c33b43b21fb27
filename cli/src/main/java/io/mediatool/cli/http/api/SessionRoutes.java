package io.mediatool.cli.http.api;

import io.mediatool.cli.http.access.Gate;
import io.mediatool.cli.http.access.Grant;
import io.mediatool.cli.http.access.Verb;
import io.mediatool.cli.http.exchange.Bodies;
import io.mediatool.cli.http.exchange.Clients;
import io.mediatool.cli.http.exchange.Rates;
import io.mediatool.cli.http.exchange.Refusal;
import io.mediatool.cli.http.exchange.Reports;
import io.mediatool.core.signalling.session.LayerChoice;
import io.mediatool.core.signalling.session.Session;
import io.mediatool.core.signalling.session.SessionDoor;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;

/** The routes of sessions: all of them for administrators, one for whoever has its id and may do what it does. */
record SessionRoutes(SessionDoor door, Gate gate, Rates rates) {
    private static final int MAX_BODY = 4 * 1024;

    private Future<Grant> admin(RoutingContext context) {
        rates.count(Clients.address(context.request()));
        return gate.require(context, Verb.ADMIN);
    }

    /** The session that the path names, for whoever may do what it does: its id is known to its client only. */
    private Future<Session> session(RoutingContext context) {
        rates.count(Clients.address(context.request()));
        return gate.grant(context).map(grant -> {
            Session session = door.find(String.valueOf(context.pathParam("session")));
            if (session == null) {
                throw new Refusal(404, "there is no such session, or not any more");
            }
            gate.check(grant, session.kind() == Session.Kind.PUBLISH ? Verb.PUBLISH : Verb.WATCH, session.room());
            return session;
        });
    }

    void list(RoutingContext context) {
        String room = context.request().getParam("room");
        admin(context)
                .compose(grant -> {
                    var sessions = door.sessions().stream()
                            .filter(session -> grant.enters(session.room()))
                            .filter(session -> room == null || room.equals(session.room()))
                            .toList();
                    return Reports.of(sessions, context.vertx().getOrCreateContext());
                })
                .map(reports -> {
                    var all = new JsonArray();
                    reports.forEach(report -> all.add(ReportJson.session(report)));
                    return new JsonObject().put("sessions", all);
                })
                .onSuccess(json -> Api.answer(context, json))
                .onFailure(context::fail);
    }

    void show(RoutingContext context) {
        session(context)
                .compose(session -> Api.here(context, session.report()))
                .onSuccess(report -> Api.answer(context, ReportJson.session(report)))
                .onFailure(context::fail);
    }

    void end(RoutingContext context) {
        session(context)
                .compose(session -> Reports.end(session, context.vertx().getOrCreateContext()))
                .onSuccess(gone -> context.response().setStatusCode(204).end())
                .onFailure(context::fail);
    }

    /** {@code {"mediaId": …, "rid": …, "spatialLayer": …, "temporalLayer": …, "maxWidth": …, "maxHeight": …}}, all optional; empty for the best. */
    void select(RoutingContext context) {
        var body = Bodies.read(context, MAX_BODY);
        session(context)
                .compose(session -> body.compose(bytes -> {
                    JsonObject json = Bodies.object(bytes);
                    var choice = new LayerChoice(
                            Bodies.word(json, "mediaId"),
                            Bodies.word(json, "rid"),
                            Bodies.layer(json, "spatialLayer"),
                            Bodies.layer(json, "temporalLayer"),
                            Bodies.pixels(json, "maxWidth"),
                            Bodies.pixels(json, "maxHeight"));
                    return Api.here(context, session.selectLayer(choice));
                }))
                .onSuccess(done -> context.response().setStatusCode(204).end())
                .onFailure(context::fail);
    }
}
