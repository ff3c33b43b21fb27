package io.mediatool.cli.http.metrics;

import io.mediatool.cli.http.access.Gate;
import io.mediatool.cli.http.access.Verb;
import io.mediatool.cli.http.exchange.Connections;
import io.mediatool.cli.http.exchange.EventStreams;
import io.mediatool.cli.http.exchange.Reports;
import io.mediatool.core.server.peer.Endpoint;
import io.mediatool.core.signalling.session.RoomReport;
import io.mediatool.core.signalling.session.SessionDoor;
import io.mediatool.core.signalling.session.SessionEvent;
import io.mediatool.core.signalling.session.SessionReport;
import io.prometheus.metrics.config.EscapingScheme;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** The route, and looks at the sessions in between so that little is missed of those that end. */
public final class Metrics {
    private static final long LOOK_MS = 5_000;

    private final SessionDoor door;
    private final Endpoint endpoint;
    private final Gate gate;
    private final Traffic traffic;
    private final Connections connections;
    private final EventStreams streams;
    private final Totals totals = new Totals();
    private final AtomicLong opened = new AtomicLong();
    private final AtomicLong closed = new AtomicLong();
    private Future<List<SessionReport>> looking = Future.succeededFuture(List.of());

    /** What a scrape sees. */
    record Scene(
            String gcm,
            List<Long> loopsBusyNs,
            Endpoint.Counters port,
            List<RoomReport> rooms,
            List<SessionReport> sessions,
            Totals totals,
            Traffic traffic,
            int connections,
            long connectionsRefused,
            int eventStreams,
            long sessionsOpened,
            long sessionsClosed) {}

    public Metrics(
            SessionDoor door,
            Endpoint endpoint,
            Gate gate,
            Traffic traffic,
            Connections connections,
            EventStreams streams) {
        this.door = door;
        this.endpoint = endpoint;
        this.gate = gate;
        this.traffic = traffic;
        this.connections = connections;
        this.streams = streams;
    }

    /** Adds the route. */
    public void route(Vertx vertx, Router router) {
        door.addListener(this::count);
        vertx.setPeriodic(LOOK_MS, id -> look(vertx.getOrCreateContext()));
        router.get("/metrics").handler(this::show);
    }

    /** On the loop's thread. */
    private void count(SessionEvent event) {
        if (event.type() == SessionEvent.Type.SESSION_OPENED) {
            opened.incrementAndGet();
        } else if (event.type() == SessionEvent.Type.SESSION_CLOSED) {
            closed.incrementAndGet();
        }
    }

    /** One look at a time, whoever wants it. */
    private Future<List<SessionReport>> look(Context context) {
        if (looking.isComplete()) {
            Future<List<SessionReport>> look = Reports.of(door.sessions(), context);
            looking = look;
            // The reports themselves are not kept: there are as many as sessions.
            return look.onSuccess(totals::observe).onComplete(done -> looking = Future.succeededFuture(List.of()));
        }
        return looking;
    }

    private void show(RoutingContext routing) {
        Context context = routing.vertx().getOrCreateContext();
        gate.require(routing, Verb.ADMIN)
                .compose(grant -> look(context))
                .compose(sessions -> Future.fromCompletionStage(door.rooms(), context)
                        .compose(rooms -> Future.fromCompletionStage(endpoint.counters(), context)
                                .map(port -> scene(port, rooms, sessions))))
                .map(scene -> print(Exposition.of(scene)))
                .onSuccess(text -> routing.response()
                        .putHeader("Content-Type", PrometheusTextFormatWriter.CONTENT_TYPE)
                        .end(text))
                .onFailure(routing::fail);
    }

    private Scene scene(Endpoint.Counters port, List<RoomReport> rooms, List<SessionReport> sessions) {
        return new Scene(
                endpoint.options().gcm().name(),
                door.loopsBusyNs(),
                port,
                rooms,
                sessions,
                totals,
                traffic,
                connections.size(),
                connections.refused(),
                streams.size(),
                opened.get(),
                closed.get());
    }

    private static Buffer print(MetricSnapshots snapshots) {
        var text = new ByteArrayOutputStream();
        try {
            PrometheusTextFormatWriter.create().write(text, snapshots, EscapingScheme.DEFAULT);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Buffer.buffer(text.toByteArray());
    }
}
