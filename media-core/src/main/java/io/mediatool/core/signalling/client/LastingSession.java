package io.mediatool.core.signalling.client;

import io.mediatool.core.codec.RtpFormat;
import io.mediatool.core.ice.IceCandidate;
import io.mediatool.core.loop.EventLoop;
import io.mediatool.core.loop.Timer;
import io.mediatool.core.server.IncomingStream;
import io.mediatool.core.server.Room;
import io.mediatool.core.server.peer.Endpoint;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Sessions with one server, one after the other: when one has broken (the server was started anew, the way to it was lost) the next is
 * asked for until it is there or patience ends. What is watched is one stream, with pauses. {@link #start} and {@link #end} are for any
 * thread, all else for the loop's.
 */
public final class LastingSession {
    private static final long FIRST_PAUSE_NS = 500_000_000L;
    private static final long MAX_PAUSE_NS = 4_000_000_000L;
    /** A session that was connected for less than this has not come back: its server takes offers, but not what follows. */
    private static final long STEADY_NS = 10_000_000_000L;

    private static final long ADDRESSES_NS = 2_000_000_000L;
    private static final long NEVER = Long.MIN_VALUE;

    private final EventLoop loop;
    private final Way way;
    private final Opener opener;
    private final Listener listener;
    private final @Nullable StreamContinuation continuation;
    private final CompletableFuture<Boolean> ended = new CompletableFuture<>();
    private final Map<String, Double> before = new HashMap<>();
    private @Nullable ClientSession session;
    private @Nullable Endpoint port;
    private @Nullable IncomingStream source;
    private @Nullable Timer again;
    private @Nullable Timer deadline;
    private boolean counted = true;
    private boolean answered;
    private boolean everConnected;
    private boolean over;
    private long pauseNs = FIRST_PAUSE_NS;
    private long lostNs = NEVER;
    private long connectedNs = NEVER;
    private long unsteadyNs = NEVER; // since when no session has lasted
    private long sessions;
    private String failure = "";

    /** Gives each session a port of its own: between two ports there is one path, and so one peer. */
    public interface Ports {
        /** A port, which the session closes; fails with a one-line message. Called on the loop, done on any thread. */
        CompletionStage<Endpoint> open();

        /** Where {@code port} can be reached now; looked up every few seconds. Called on the loop, done on any thread. */
        CompletionStage<List<IceCandidate>> candidates(Endpoint port);
    }

    /**
     * How it comes to its sessions.
     *
     * @param patienceNs how long a server may take to come back after a session has broken; 0: it is over then
     */
    public record Way(ClientSession.Target target, Ports ports, long patienceNs) {}

    /** Told on the loop. */
    public interface Listener {
        /** Media flows, for the first time or again. */
        void onConnected(boolean again, long nowNs);

        /** Something that people may want to know; it goes on. */
        void onLine(String line);

        /**
         * It is over and will not come back. The last call; not made after {@link #end}.
         *
         * @param answered whether the server has ever taken an offer
         */
        void onOver(String reason, boolean answered, long nowNs);
    }

    private interface Opener {
        ClientSession open(Endpoint endpoint, ClientSession.Listener listener);
    }

    private LastingSession(
            EventLoop loop, Way way, Opener opener, @Nullable StreamContinuation continuation, Listener listener) {
        this.loop = loop;
        this.way = way;
        this.opener = opener;
        this.continuation = continuation;
        this.listener = listener;
    }

    /** Brings what a WHEP server sends into {@code room}, as the stream of that name, from when it is connected until all is over. */
    public static LastingSession watch(Way way, Room room, String streamName, Listener listener) {
        Opener opener = (endpoint, events) ->
                ClientSession.watch(endpoint, way.target(), new Room("session", room.loop()), streamName, events);
        return new LastingSession(room.loop(), way, opener, new StreamContinuation(room, streamName), listener);
    }

    /** Publishes at a WHIP server what is given to {@link #attach}; {@code formats} as in {@link ClientSession#publish}. */
    public static LastingSession publish(EventLoop loop, Way way, List<RtpFormat> formats, Listener listener) {
        Opener opener = (endpoint, events) -> ClientSession.publish(endpoint, way.target(), formats, events);
        return new LastingSession(loop, way, opener, null, listener);
    }

    /** Asks the server. */
    public void start() {
        loop.execute(this::open);
    }

    /** What is published from now on, or as soon as it is connected. */
    public void attach(IncomingStream stream) {
        source = stream;
        ClientSession now = session;
        if (now != null) {
            now.attach(stream);
        }
    }

    private void open() {
        again = null;
        if (over) {
            return;
        }
        way.ports()
                .open()
                .whenComplete((opened, refusal) -> onLoop(() -> {
                    if (opened != null && !over) {
                        begin(opened);
                    } else if (opened != null) {
                        opened.close();
                    } else if (!over) {
                        Throwable cause = refusal instanceof CompletionException ? refusal.getCause() : refusal;
                        onBroken(cause == null ? "no port" : String.valueOf(cause.getMessage()), false, loop.nowNs());
                    }
                }));
    }

    private void begin(Endpoint opened) {
        sessions++;
        port = opened;
        ClientSession made = opener.open(opened, new Events());
        session = made;
        counted = false;
        IncomingStream published = source;
        if (published != null) {
            made.attach(published);
        }
        made.start();
        watchAddresses(opened);
    }

    /** A cable is pulled, a telephone leaves the house. */
    private void watchAddresses(Endpoint of) {
        loop.schedule(loop.nowNs() + ADDRESSES_NS, nowNs -> {
            if (over || port != of || counted) {
                return;
            }
            way.ports()
                    .candidates(of)
                    .whenComplete((found, failed) -> onLoop(() -> {
                        ClientSession now = session;
                        if (found != null && now != null && port == of) {
                            now.onAddresses(found);
                        }
                        watchAddresses(of);
                    }));
        });
    }

    private void onLoop(Runnable task) {
        loop.tryExecute(task);
    }

    private final class Events implements ClientSession.Listener {
        @Override
        public void onConnected(ClientSession of, long nowNs) {
            String line = continuation == null ? null : follow(of);
            if (line != null) {
                finish(line, nowNs);
                return;
            }
            boolean back = everConnected;
            everConnected = true;
            lostNs = NEVER;
            connectedNs = nowNs;
            cancel(deadline);
            listener.onConnected(back, nowNs);
        }

        private @Nullable String follow(ClientSession of) {
            return Objects.requireNonNull(continuation).follow(of.watched(), of::isConnected);
        }

        @Override
        public void onLine(String line) {
            if (lostNs == NEVER) { // what a server says that is coming back is part of coming back
                listener.onLine(line);
            }
        }

        @Override
        public void onOver(ClientSession of, String reason, boolean refused, long nowNs) {
            onBroken(reason, of.isDenied(), nowNs);
        }
    }

    private void onBroken(String reason, boolean denied, long nowNs) {
        leave();
        failure = reason;
        if (!everConnected || denied || way.patienceNs() == 0) {
            finish(reason, nowNs);
            return;
        }
        if (connectedNs != NEVER && nowNs - connectedNs >= STEADY_NS) {
            unsteadyNs = NEVER;
            pauseNs = FIRST_PAUSE_NS;
        }
        connectedNs = NEVER;
        unsteadyNs = unsteadyNs == NEVER ? nowNs : unsteadyNs;
        long leftNs = unsteadyNs + way.patienceNs() - nowNs;
        if (leftNs <= 0) {
            finish("no session lasts: " + reason, nowNs);
            return;
        }
        if (lostNs == NEVER) {
            lostNs = nowNs;
            listener.onLine(way.target().address().shown() + ": " + reason + "; asking for another session for "
                    + (leftNs + 999_999_999L) / 1_000_000_000L + " s");
            deadline = loop.schedule(nowNs + leftNs, this::giveUp);
        }
        again = loop.schedule(nowNs + pauseNs, later -> open());
        pauseNs = Math.min(2 * pauseNs, MAX_PAUSE_NS);
    }

    private void giveUp(long nowNs) {
        if (!over && lostNs != NEVER) {
            finish("it did not come back: " + seen(), nowNs);
        }
    }

    private void finish(String reason, long nowNs) {
        if (!over) {
            stop();
            listener.onOver(reason, answered, nowNs);
        }
    }

    /** The session, if there is one, still says goodbye. */
    private void stop() {
        over = true;
        cancel(again);
        cancel(deadline);
        if (continuation != null) {
            continuation.end();
        }
        ClientSession last = session;
        if (last == null) {
            ended.complete(false);
            return;
        }
        answered |= last.answer() != null;
        last.end()
                .whenComplete((confirmed, failed) -> onLoop(() -> {
                    leave();
                    ended.complete(Boolean.TRUE.equals(confirmed));
                }));
    }

    private static void cancel(@Nullable Timer timer) {
        if (timer != null) {
            timer.cancel();
        }
    }

    /** Keeps what the session counted, and gives its port back. */
    private void leave() {
        ClientSession last = session;
        Endpoint used = port;
        if (last == null || counted) {
            return;
        }
        counted = true;
        answered |= last.answer() != null;
        last.counters().values().forEach((name, value) -> before.merge(name, value, Double::sum));
        if (used != null) {
            used.close();
        }
    }

    /** Whether media can flow now. */
    public boolean isConnected() {
        ClientSession now = session;
        return now != null && now.isConnected();
    }

    /** How often ICE was begun anew in the newest. */
    public long iceRestarts() {
        ClientSession now = session;
        return now == null ? 0 : now.iceRestarts();
    }

    /** How many there were until now. */
    public long sessions() {
        return sessions;
    }

    /** What went through all of them. */
    public Map<String, Double> counters() {
        Map<String, Double> all = new HashMap<>(before);
        ClientSession now = session;
        if (now != null && !counted) {
            now.counters().values().forEach((name, value) -> all.merge(name, value, Double::sum));
        }
        return all;
    }

    /** How far the newest has come, in one line. */
    public String seen() {
        ClientSession now = session;
        return now == null ? failure : now.seen();
    }

    /**
     * Says goodbye. Harmless when repeated.
     *
     * @return when it is done, soon; true when the server has confirmed it
     */
    public CompletionStage<Boolean> end() {
        boolean open = loop.tryExecute(() -> {
            if (!over) {
                stop();
            }
        });
        if (!open) {
            ended.complete(false);
        }
        return ended.copy();
    }
}
