package io.mediatool.core.signalling.session;

import io.mediatool.core.ice.IceCandidate;
import io.mediatool.core.ice.IceCredentials;
import io.mediatool.core.loop.EventLoop;
import io.mediatool.core.loop.Timer;
import io.mediatool.core.loop.address.AddressText;
import io.mediatool.core.server.Counters;
import io.mediatool.core.server.IncomingStream;
import io.mediatool.core.server.peer.Endpoint;
import io.mediatool.core.server.peer.Transport;
import io.mediatool.core.server.peer.Trouble;
import io.mediatool.core.signalling.counter.CounterOffer;
import io.mediatool.core.signalling.webrtc.Answer;
import io.mediatool.core.signalling.webrtc.IceFragment;
import io.mediatool.core.signalling.webrtc.LocalTransport;
import io.mediatool.core.signalling.webrtc.PeerTransport;
import io.mediatool.core.transport.DtlsIceTransport;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** One client that publishes or watches. Any thread. */
public final class Session implements AutoCloseable {
    /** For the first connection, and again after a restart. */
    private static final long CONNECT_NS = 30_000_000_000L;
    /** 30 s by the draft, and what the answer takes on its way. */
    private static final long OFFER_NS = 32_000_000_000L;
    /** Candidates of the client that are kept, for what is said about it. */
    private static final int MAX_TOLD = 64;

    private final SessionDoor door;
    private final Desk desk;
    private final Endpoint endpoint;
    private final EventLoop loop;
    private final String id;
    private final Kind kind;
    private final String room;
    private final String client;
    private final long openedNs;
    private final List<IceCandidate> told = new ArrayList<>();
    private LocalTransport local;
    private int generation;
    private volatile String etag;
    private volatile String stream;
    private volatile String description = "";
    private volatile @Nullable CounterOffer offered;
    private @Nullable Answer answer;
    private @Nullable IceCredentials remoteIce;
    private @Nullable Transport transport;
    private @Nullable Role role;
    private @Nullable Timer deadline;
    private boolean connected;
    private boolean ended;

    /** What it does. */
    public enum Kind {
        PUBLISH,
        WATCH
    }

    /**
     * What a PATCH brought.
     *
     * @param fragment our side after a restart, empty after trickling
     * @param etag of the ICE generation from now on
     */
    public record Patched(String fragment, String etag) {}

    Session(SessionDoor door, Desk desk, Kind kind, SessionRequest request, LocalTransport local) {
        this.door = door;
        this.desk = desk;
        this.endpoint = desk.endpoint();
        this.loop = desk.loop();
        this.id = door.token();
        this.kind = kind;
        this.room = request.room();
        this.client = request.client();
        this.openedNs = loop.nowNs();
        this.local = local;
        this.etag = tag();
        this.stream = Objects.requireNonNullElse(request.stream(), "");
    }

    private String tag() {
        return "\"" + local.ice().ufrag().replace('+', '-').replace('/', '-').replace('_', '-') + "-" + generation
                + "\"";
    }

    /** Completes it; on the loop's thread, like everything below that is not public. */
    void begin(PeerTransport of, Answer agreed, Transport its, Role does) {
        if (offered == null) {
            description = agreed.text();
        }
        offered = null;
        answer = agreed;
        remoteIce = of.ice();
        told.addAll(of.candidates());
        transport = its;
        role = does;
        stream = does.stream();
        cancelDeadline();
        deadline = loop.schedule(loop.nowNs() + CONNECT_NS, this::onDeadline);
    }

    /** Opens it by an offer of ours, which {@link #answer} has to follow. */
    void offer(CounterOffer ours, Role waits) {
        description = ours.text();
        offered = ours;
        role = waits;
        stream = waits.stream();
        deadline = loop.schedule(loop.nowNs() + OFFER_NS, this::onDeadline);
    }

    private void onDeadline(long nowNs) {
        deadline = null;
        if (!connected) {
            end(offered == null ? "it did not connect within 30 s" : "the counter-offer was not answered", nowNs);
        }
    }

    /** What its transport tells. */
    final class TransportEvents implements Transport.Listener {
        @Override
        public void onConnected(Transport of, long nowNs) {
            connected = true;
            cancelDeadline();
            Role does = role;
            if (does != null) {
                does.onConnected(nowNs);
            }
            if (!ended) {
                InetSocketAddress remote = of.report().remote();
                emit(SessionEvent.Type.SESSION_CONNECTED, remote == null ? "" : AddressText.of(remote));
            }
        }

        @Override
        public void onClosed(Transport of, String reason, long nowNs) {
            end(reason, nowNs);
        }
    }

    private void cancelDeadline() {
        Timer pending = deadline;
        deadline = null;
        if (pending != null) {
            pending.cancel();
        }
    }

    /** Ends it; harmless when repeated. */
    void end(String reason, long nowNs) {
        if (ended) {
            return;
        }
        String missing = connected ? null : trouble(nowNs);
        ended = true;
        cancelDeadline();
        try {
            Transport its = transport;
            if (its != null) {
                its.close();
            }
            Role does = role;
            if (does != null) {
                stream = does.stream();
                does.onClosed(nowNs);
            }
        } finally {
            door.onEnded(this); // whatever happens, or it would be listed for ever
        }
        emit(SessionEvent.Type.SESSION_CLOSED, missing == null ? reason : reason + ": " + missing);
    }

    private void emit(SessionEvent.Type type, String detail) {
        door.emit(new SessionEvent(type, room, stream(), id, detail));
    }

    LocalTransport local() {
        return local;
    }

    Desk desk() {
        return desk;
    }

    /** What it publishes now, or null. */
    @Nullable IncomingStream published() {
        return role() instanceof PublisherRole publisher ? publisher.published() : null;
    }

    boolean publishes(IncomingStream one) {
        return role() instanceof PublisherRole publisher && publisher.publishes(one);
    }

    @Nullable Role role() {
        return ended ? null : role;
    }

    /** Unguessable: 128 bits or more of a secure random generator, as letters, digits, {@code -} and {@code _}. */
    public String id() {
        return id;
    }

    public Kind kind() {
        return kind;
    }

    public String room() {
        return room;
    }

    /** What it publishes or watches; a viewer that asked for no stream in particular may come to another one. */
    public String stream() {
        return stream;
    }

    /** Our answer, {@code application/sdp}; of a session that was opened by our offer that offer. */
    public String answer() {
        return description;
    }

    /** Whether {@link #answer()} is an offer of ours that has not been answered yet. */
    public boolean isOffered() {
        return offered != null;
    }

    /**
     * The client's answer to our offer. After one that is refused another may follow.
     *
     * @return fails with {@link RefusedSessionException}: 400, 406 or 422 for the answer; 409 when none is waited for, or nothing is
     *     published any more; 404 when the session is over
     */
    public CompletionStage<Session> answer(String sdp) {
        return door.onLoop(loop, () -> {
            CounterOffer ours = offered;
            if (ended) {
                throw over();
            }
            if (ours == null || !(role instanceof ViewerRole.Offered waits)) {
                throw new RefusedSessionException(409, "no answer is waited for: only ICE can be changed now", 0);
            }
            desk.answered(this, ours, waits, sdp);
            return this;
        });
    }

    /** Names the ICE generation, with its quotes. */
    public String etag() {
        return etag;
    }

    /**
     * Candidates or new credentials of the client.
     *
     * @param ifMatch the header as it came; {@code *} for a restart
     * @return fails with {@link RefusedSessionException}: 412 when {@code ifMatch} is not {@link #etag()}, 404 when the session is over
     */
    public CompletionStage<Patched> patch(IceFragment fragment, String ifMatch) {
        return door.onLoop(loop, () -> {
            Transport its = requireAlive();
            IceCredentials theirs = Objects.requireNonNull(remoteIce, "known since the transport is there");
            boolean restart = fragment.restarts(theirs);
            boolean any = ifMatch.strip().equals("*");
            if (!any && !ifMatch.strip().equals(etag)) {
                throw new RefusedSessionException(412, "the session's ETag is " + etag + " by now", 0);
            }
            if (restart) {
                return restart(its, fragment);
            }
            if (!fragment.isStale(theirs)) {
                tell(fragment.candidates());
            }
            return new Patched("", etag);
        });
    }

    private Patched restart(Transport its, IceFragment fragment) {
        IceCredentials own = IceCredentials.random(endpoint.server().random());
        remoteIce = Objects.requireNonNull(fragment.credentials(), "a restart brings credentials");
        told.clear();
        tell(fragment.candidates());
        local = new LocalTransport(local.sessionId(), own, local.fingerprint(), local.candidates());
        generation++;
        etag = tag();
        its.restartIce(own);
        Answer agreed = Objects.requireNonNull(answer, "agreed since the transport is there");
        return new Patched(IceFragment.write(agreed, local), etag);
    }

    private void tell(List<IceCandidate> candidates) {
        candidates.stream().limit(MAX_TOLD - told.size()).forEach(told::add);
    }

    private Transport requireAlive() throws RefusedSessionException {
        Transport its = transport;
        if (!ended && offered != null) {
            throw new RefusedSessionException(409, "the counter-offer comes first: PATCH its answer", 0);
        }
        if (ended || its == null) {
            throw over();
        }
        return its;
    }

    private static RefusedSessionException over() {
        return new RefusedSessionException(404, "the session is over", 0);
    }

    /** Chooses what a viewer is sent, from the layer's next key frame on. Fails with 404 for a layer or m-line that is not there. */
    public CompletionStage<Void> selectLayer(LayerChoice choice) {
        return door.onLoop(loop, () -> {
                    Role does = role();
                    if (does == null) {
                        throw over();
                    }
                    if (!does.select(choice, loop.nowNs())) {
                        throw new RefusedSessionException(404, "there is no such layer or m-line", 0);
                    }
                    return true;
                })
                .thenAccept(done -> {});
    }

    public CompletionStage<SessionReport> report() {
        return door.onLoop(loop, this::snapshot);
    }

    SessionReport snapshot() {
        long nowNs = loop.nowNs();
        Transport its = transport;
        Role does = role;
        Counters counters = new Counters();
        String state = "closed";
        InetSocketAddress remote = null;
        if (its == null && !ended) {
            state = "offered";
        } else if (its != null) {
            DtlsIceTransport.Report seen = its.report();
            its.addCounters(counters);
            counters.add("iceChecks", seen.ice().verified());
            remote = seen.remote();
            state = ended ? "closed" : seen.state().name().toLowerCase(Locale.ROOT);
        }
        List<SessionReport.Track> tracks = does == null ? List.of() : does.tracks(nowNs);
        for (SessionReport.Track track : tracks) {
            Double rtt = track.counters().get("rttMs");
            if (rtt != null) {
                counters.max("rttMs", rtt);
            }
        }
        return new SessionReport(
                id,
                kind,
                room,
                stream(),
                client,
                state,
                nowNs - openedNs,
                remote == null ? null : AddressText.of(remote),
                ended ? null : trouble(nowNs),
                counters.values(),
                tracks);
    }

    private @Nullable String trouble(long nowNs) {
        Transport its = transport;
        Role does = role;
        if (does == null) {
            return null;
        }
        return connected || its == null
                ? does.trouble(nowNs)
                : Trouble.line(its.report(), endpoint.localAddress().getPort(), told);
    }

    /** Ends it: DTLS close to the client, the stream of a publisher ends. Harmless when repeated. */
    @Override
    public void close() {
        door.hop(loop, () -> end("it was ended", loop.nowNs()));
    }
}
