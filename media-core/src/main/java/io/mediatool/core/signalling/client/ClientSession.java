package io.mediatool.core.signalling.client;

import io.mediatool.core.codec.MediaKind;
import io.mediatool.core.codec.RtpFormat;
import io.mediatool.core.ice.IceCandidate;
import io.mediatool.core.ice.IceCredentials;
import io.mediatool.core.loop.EventLoop;
import io.mediatool.core.loop.address.AddressText;
import io.mediatool.core.sdp.SdpDirection;
import io.mediatool.core.server.Counters;
import io.mediatool.core.server.IncomingLayer;
import io.mediatool.core.server.IncomingStream;
import io.mediatool.core.server.Room;
import io.mediatool.core.server.outgoing.OutgoingStream;
import io.mediatool.core.server.peer.Endpoint;
import io.mediatool.core.server.peer.IncomingTerms;
import io.mediatool.core.server.peer.PublishedTrack;
import io.mediatool.core.server.peer.Transport;
import io.mediatool.core.signalling.webrtc.Answer;
import io.mediatool.core.signalling.webrtc.LocalTransport;
import io.mediatool.core.signalling.webrtc.Negotiation;
import io.mediatool.core.signalling.webrtc.RefusedOfferException;
import io.mediatool.core.signalling.webrtc.WebRtcOffer;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * One session with a WHIP or WHEP server, from the offer to the goodbye. Made on any thread, {@link #start} and {@link #end} likewise; all
 * else is for the endpoint's loop. Each needs an endpoint of its own: between two ports there is one path, and so one peer.
 */
public final class ClientSession {
    /**
     * How long a viewer that wants everything asks for a missing packet: as long as servers keep it. Who makes frames of the packets
     * has to wait as long.
     */
    public static final long PATIENCE_NS = 1_500_000_000L;

    /** The last packets shall be there before the goodbye. */
    private static final long LINGER_NS = 200_000_000L;

    private static final long GOODBYE_NS = 2_000_000_000L;
    private static final long KEY_FRAME_NS = 500_000_000L;

    private final Endpoint endpoint;
    private final EventLoop loop;
    private final Exchange exchange;
    private final ClientOffer offer;
    private final Listener listener;
    private final PathKeeper path;
    private final @Nullable Room room;
    private final String streamName;
    private final CompletableFuture<Boolean> ended = new CompletableFuture<>();
    private @Nullable ServerAnswer answer;
    private @Nullable Transport transport;
    private @Nullable OutgoingStream outgoing;
    private @Nullable IncomingStream published;
    private @Nullable IncomingStream source;
    private int candidates;
    private boolean connected;
    private boolean over;

    /** Told on the loop. */
    public interface Listener {
        /** Media flows from now on. */
        void onConnected(ClientSession session, long nowNs);

        /** Something that people may want to know; it goes on. */
        void onLine(String line);

        /**
         * It is over and will not come back. The last call; not made after {@link #end}.
         *
         * @param refused whether it never began: the server cannot be reached or does not want it
         */
        void onOver(ClientSession session, String reason, boolean refused, long nowNs);
    }

    /**
     * Who is asked, and how.
     *
     * @param token sent as {@code Authorization: Bearer}; null for none
     */
    public record Target(ServerAddress address, @Nullable String token, HttpSignalling http) {}

    private ClientSession(
            Endpoint endpoint,
            Target target,
            ClientOffer offer,
            @Nullable Room room,
            String streamName,
            Listener listener) {
        this.endpoint = endpoint;
        this.loop = endpoint.server().loop();
        this.offer = offer;
        this.room = room;
        this.streamName = streamName;
        this.listener = listener;
        this.exchange = new Exchange(loop, target.http(), target.address(), target.token(), new Signalling());
        this.path = new PathKeeper(endpoint, exchange, offer, this::onGone);
    }

    /** Brings what a WHEP server sends into {@code room}, as the stream of that name, once it is connected. */
    public static ClientSession watch(
            Endpoint endpoint, Target target, Room room, String streamName, Listener listener) {
        return new ClientSession(endpoint, target, ClientOffer.watch(local(endpoint)), room, streamName, listener);
    }

    /**
     * Publishes at a WHIP server what is given to {@link #attach}.
     *
     * @param formats of its tracks, {@link ClientOffer#isPublishable}
     */
    public static ClientSession publish(Endpoint endpoint, Target target, List<RtpFormat> formats, Listener listener) {
        ClientOffer offer =
                ClientOffer.publish(local(endpoint), formats, endpoint.server().random());
        return new ClientSession(endpoint, target, offer, null, "", listener);
    }

    private static LocalTransport local(Endpoint endpoint) {
        var random = endpoint.server().random();
        return new LocalTransport(
                random.nextLong() >>> 2, // RFC 9429 §5.2.1: below 2^62
                IceCredentials.random(random),
                endpoint.fingerprint(),
                endpoint.candidates().stream()
                        .filter(each -> each.transport().equals("udp"))
                        .toList());
    }

    /** Asks the server. */
    public void start() {
        String text = offer.text();
        loop.execute(() -> exchange.post(text));
    }

    /** What is published from now on, or as soon as it is connected. */
    public void attach(IncomingStream stream) {
        source = stream;
        OutgoingStream out = outgoing;
        if (out != null) {
            out.attachTo(stream);
        }
    }

    private final class Signalling implements Exchange.Listener {
        @Override
        public void onAnswer(String text, long nowNs) {
            try {
                ServerAnswer read = ServerAnswer.read(text, offer);
                agreed(read, "the server leaves out ");
                proceed(read);
            } catch (RefusedOfferException e) {
                refuse(e.line(), nowNs);
            } catch (NothingLeftException e) {
                refuse(String.valueOf(e.getMessage()), nowNs);
            }
        }

        @Override
        public void onCounterOffer(String text, long nowNs) {
            try {
                WebRtcOffer read = WebRtcOffer.readCounterOffer(text);
                Answer taken = Negotiation.receive(read, offer.local());
                ServerAnswer terms = ServerAnswer.of(read, taken, offer.local());
                path.offered(offer.withLinesOf(taken));
                agreed(terms, "the server offers what cannot be taken: ");
                exchange.answer(taken.text(), () -> proceed(terms));
            } catch (RefusedOfferException e) {
                refuse(e.line(), nowNs);
            }
        }

        private void agreed(ServerAnswer terms, String without) {
            answer = terms;
            if (!terms.left().isEmpty()) {
                listener.onLine(without + String.join(" and ", terms.left()));
            }
        }

        private void proceed(ServerAnswer terms) {
            CandidateNames.resolve(terms.candidates()).thenAccept(found -> onLoop(() -> connect(terms, found)));
        }

        @Override
        public void onWaiting(String line) {
            listener.onLine(line);
        }

        @Override
        public void onRefused(String line, long nowNs) {
            refuse(line, nowNs);
        }
    }

    private void onLoop(Runnable task) {
        if (loop.inLoop()) {
            task.run();
        } else {
            loop.tryExecute(task);
        }
    }

    private void refuse(String line, long nowNs) {
        if (!over) {
            over = true;
            CompletionStage<Boolean> unused = exchange.close();
            listener.onOver(this, line, true, nowNs);
        }
    }

    private void connect(ServerAnswer read, List<IceCandidate> found) {
        if (over) {
            return;
        }
        candidates = found.size();
        Transport made = endpoint.connect(read.setup(), read.peer().ice(), found, new Events());
        transport = made;
        path.begin(made, found);
        if (!read.outgoing().isEmpty()) {
            OutgoingStream out = made.send(read.outgoing());
            outgoing = out;
            IncomingStream waiting = source;
            if (waiting != null) {
                out.attachTo(waiting);
            }
        }
    }

    private final class Events implements Transport.Listener {
        @Override
        public void onConnected(Transport of, long nowNs) {
            connected = true;
            ServerAnswer agreed = answer;
            if (room != null && agreed != null) {
                List<IncomingTerms> terms = agreed.incoming().stream()
                        .map(each -> each.withPatience(PATIENCE_NS))
                        .toList();
                IncomingStream stream = room.publish(streamName);
                published = stream;
                of.publish(stream, terms);
                askForKeyFrames(nowNs);
            }
            listener.onConnected(ClientSession.this, nowNs);
        }

        @Override
        public void onClosed(Transport of, String reason, long nowNs) {
            onBroken(reason, nowNs);
        }
    }

    private void onBroken(String reason, long nowNs) {
        if (!over) {
            over = true;
            path.end();
            unpublish();
            CompletionStage<Boolean> unused = exchange.close();
            listener.onOver(this, reason, !connected, nowNs);
        }
    }

    private void onGone(String reason, long nowNs) {
        Transport of = transport;
        if (of != null) {
            of.close();
        }
        onBroken(reason, nowNs);
    }

    /** Under which addresses we can be reached now; the server is told what is new about that. On the loop. */
    public void onAddresses(List<IceCandidate> candidates) {
        path.onAddresses(candidates);
    }

    /** How often ICE was begun anew. */
    public long iceRestarts() {
        return path.restarts();
    }

    /** Not every server begins with one. */
    private void askForKeyFrames(long nowNs) {
        Transport of = transport;
        if (over || of == null) {
            return;
        }
        boolean missing = false;
        for (PublishedTrack track : of.published()) {
            IncomingLayer layer = track.track().layers().get(0);
            if (track.track().kind() == MediaKind.VIDEO && layer.keyFrames() == 0) {
                missing = true;
                if (layer.isActive(nowNs)) {
                    layer.requestKeyFrame(nowNs);
                }
            }
        }
        if (missing) {
            loop.schedule(nowNs + KEY_FRAME_NS, this::askForKeyFrames);
        }
    }

    private void unpublish() {
        IncomingStream stream = published;
        published = null;
        if (stream != null && room != null) {
            room.unpublish(stream);
        }
    }

    /** Whether media can flow. */
    public boolean isConnected() {
        return connected && !over;
    }

    /** Whether it was ended by a refusal that asking again will not change. */
    boolean isDenied() {
        return exchange.isDenied();
    }

    /** What is watched, from the connection on. */
    IncomingStream watched() {
        return Objects.requireNonNull(published, "nothing is watched");
    }

    /** What the server has agreed to, or null before. */
    public @Nullable ServerAnswer answer() {
        return answer;
    }

    /** What went through, once it is connected. */
    public Counters counters() {
        Counters counters = new Counters();
        Transport of = transport;
        if (of != null) {
            of.addCounters(counters);
            of.published().forEach(track -> track.addCounters(counters, loop.nowNs()));
            of.watched().forEach(stream -> stream.tracks().forEach(track -> track.addCounters(counters)));
        }
        return counters;
    }

    /** How far it has come, in one line: HTTP, ICE, DTLS, media. */
    public String seen() {
        List<String> words = new ArrayList<>();
        words.add(exchange.seen());
        Transport of = transport;
        if (of != null) {
            var report = of.report();
            var ice = report.ice();
            InetSocketAddress remote = report.remote();
            words.add(
                    ice.answers() > 0 && remote != null
                            ? "ICE: " + candidates + " candidates, answered by " + AddressText.of(remote)
                            : "ICE: " + candidates + " candidates, no answer (are UDP ports open?), " + ice.checks()
                                    + " checks from the server" + path.relays());
            words.add("DTLS: "
                    + switch (report.state()) {
                        case CHECKING -> "not begun";
                        case SECURING -> "under way";
                        case CONNECTED -> "connected";
                        case CLOSED -> connected ? "closed" : "failed";
                    });
            if (connected) {
                Counters counted = new Counters();
                of.addCounters(counted);
                words.add(Math.round(counted.values().getOrDefault("packetsReceived", 0.0)) + " packets came");
            }
        }
        return String.join("; ", words);
    }

    /**
     * Says goodbye: by HTTP, and then to the peer. Harmless when repeated.
     *
     * @return when it is done, two seconds later at most; true when the server has confirmed it
     */
    public CompletionStage<Boolean> end() {
        if (!loop.tryExecute(this::endNow)) {
            ended.complete(false);
        }
        return ended.copy();
    }

    private void endNow() {
        if (ended.isDone()) {
            return;
        }
        boolean lingers = isConnected() && offer.direction() == SdpDirection.SENDONLY;
        over = true;
        path.end();
        unpublish();
        loop.schedule(loop.nowNs() + (lingers ? LINGER_NS : 0), nowNs -> {
            exchange.close().whenComplete((done, failure) -> onLoop(() -> goodbye(Boolean.TRUE.equals(done))));
            loop.schedule(nowNs + GOODBYE_NS, later -> goodbye(false));
        });
    }

    private void goodbye(boolean confirmed) {
        Transport of = transport;
        if (of != null) {
            of.close();
        }
        ended.complete(confirmed);
    }
}
