package io.mediatool.core.signalling.session;

import io.mediatool.core.codec.MediaKind;
import io.mediatool.core.codec.RtpFormat;
import io.mediatool.core.ice.IceCredentials;
import io.mediatool.core.loop.EventLoop;
import io.mediatool.core.server.IncomingStream;
import io.mediatool.core.server.IncomingStreamTrack;
import io.mediatool.core.server.MediaServer;
import io.mediatool.core.server.Room;
import io.mediatool.core.server.outgoing.OutgoingStream;
import io.mediatool.core.server.outgoing.OutgoingTerms;
import io.mediatool.core.server.peer.Endpoint;
import io.mediatool.core.server.peer.Transport;
import io.mediatool.core.signalling.admission.LoopLoad;
import io.mediatool.core.signalling.admission.Waiters;
import io.mediatool.core.signalling.counter.CounterOffer;
import io.mediatool.core.signalling.webrtc.Answer;
import io.mediatool.core.signalling.webrtc.LocalTransport;
import io.mediatool.core.signalling.webrtc.Negotiation;
import io.mediatool.core.signalling.webrtc.OfferedMedia;
import io.mediatool.core.signalling.webrtc.RefusedOfferException;
import io.mediatool.core.signalling.webrtc.RtpCodec;
import io.mediatool.core.signalling.webrtc.SentTrack;
import io.mediatool.core.signalling.webrtc.WebRtcOffer;
import io.mediatool.core.transport.TransportSetup;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One loop's part of the door: answers the offers of those who will live there. For its thread, {@link #load} excepted. */
final class Desk {
    /** What a client that found nothing published is told to wait. */
    private static final int RETRY_SECONDS = 2;

    private final SessionDoor door;
    private final Endpoint endpoint;
    private final MediaServer server;
    private final EventLoop loop;
    private final Waiters waiters;
    private final LoopLoad load;

    Desk(SessionDoor door, Endpoint endpoint, Waiters waiters) {
        this.door = door;
        this.endpoint = endpoint;
        this.server = endpoint.server();
        this.loop = server.loop();
        this.waiters = waiters;
        this.load = new LoopLoad(loop);
    }

    Endpoint endpoint() {
        return endpoint;
    }

    MediaServer server() {
        return server;
    }

    EventLoop loop() {
        return loop;
    }

    Waiters waiters() {
        return waiters;
    }

    /** With the sessions that live here. */
    LoopLoad load() {
        return load;
    }

    Session publish(SessionRequest request, WebRtcOffer offer) throws RefusedSessionException {
        LocalTransport local = localTransport();
        try {
            Answer answer = Negotiation.publish(offer, local);
            if (answer.media().isEmpty()) {
                throw new RefusedSessionException(422, "the offer has neither audio nor video", 0);
            }
            Session session = new Session(door, this, Session.Kind.PUBLISH, request, local);
            Transport transport = accept(session, offer, local, answer);
            Room room = server.room(request.room());
            String name = Objects.requireNonNullElseGet(request.stream(), () -> freeName(room));
            session.begin(
                    offer.transport(),
                    answer,
                    transport,
                    new PublisherRole(
                            session,
                            transport,
                            room,
                            name,
                            answer.media().stream()
                                    .map(each -> Terms.incoming(answer, each))
                                    .toList()));
            return door.opened(session);
        } catch (RefusedOfferException e) {
            throw SessionDoor.refused(e);
        }
    }

    private String freeName(Room room) {
        String name = door.token().substring(0, 8);
        return room.stream(name) == null ? name : freeName(room);
    }

    /**
     * Has a client watch what this loop knows under {@code name}.
     *
     * @param onGone told when the session is over
     */
    Session watch(SessionRequest request, WebRtcOffer offer, @Nullable String name, Runnable onGone)
            throws RefusedSessionException {
        Room room = server.find(request.room());
        IncomingStream stream = room == null || name == null ? null : room.stream(name);
        if (stream == null || stream.isEnded() || room == null) {
            throw nothing(request.room(), request.stream());
        }
        LocalTransport local = localTransport();
        try {
            Answer answer = Negotiation.watch(offer, local, sentTracks(stream, offer.media()));
            String line = unplayable(answer);
            if (line != null) {
                return counter(request, stream, local, line + unmade(stream, offer), onGone);
            }
            Session session = new Session(door, this, Session.Kind.WATCH, request, local);
            show(session, offer, answer, new ViewerRole.View(room, stream, request.stream() == null, onGone));
            return door.opened(session);
        } catch (RefusedOfferException e) {
            if (e.reason() == RefusedOfferException.Reason.NOT_ACCEPTABLE) {
                return counter(request, stream, local, e.line() + unmade(stream, offer), onGone);
            }
            throw SessionDoor.refused(e);
        }
    }

    private void show(Session session, WebRtcOffer offer, Answer answer, ViewerRole.View view) {
        Transport transport = accept(session, offer, session.local(), answer);
        List<OutgoingTerms> terms = new ArrayList<>();
        for (Answer.Media media : answer.media()) {
            SentTrack track = media.track();
            if (track != null) {
                terms.add(Terms.outgoing(answer, media, track));
            }
        }
        OutgoingStream outgoing = transport.send(terms);
        session.begin(offer.transport(), answer, transport, new ViewerRole(session, outgoing, view));
    }

    /** Offers what is sent, where the client takes offers and there is anything to offer. */
    private Session counter(
            SessionRequest request, IncomingStream stream, LocalTransport local, String line, Runnable onGone)
            throws RefusedSessionException {
        CounterOffer offer = request.takesOffers() ? CounterOffer.of(local, sentTracks(stream, List.of())) : null;
        if (offer == null) {
            throw RefusedSessionException.notAcceptable(line, sent(stream));
        }
        Session session = new Session(door, this, Session.Kind.WATCH, request, local);
        session.offer(offer, new ViewerRole.Offered(stream.name(), request.stream() == null, line, onGone));
        return door.opened(session);
    }

    /** Shows {@code session} what it took of {@code offer}. */
    void answered(Session session, CounterOffer offer, ViewerRole.Offered waits, String sdp)
            throws RefusedSessionException {
        Room room = server.find(session.room());
        IncomingStream stream = room == null ? null : room.stream(waits.stream());
        if (stream == null || stream.isEnded() || room == null) {
            throw nothing(session.room(), waits.stream());
        }
        if (endpoint.isFull()) {
            throw SessionDoor.full("the server has as many sessions as it takes");
        }
        try {
            WebRtcOffer taken = WebRtcOffer.readAnswer(sdp);
            Answer answer = offer.agree(taken);
            String line = unplayable(answer);
            if (line != null) {
                throw RefusedSessionException.notAcceptable(line, sent(stream));
            }
            show(session, taken, answer, new ViewerRole.View(room, stream, waits.anyName(), waits.onGone()));
        } catch (RefusedOfferException e) {
            throw SessionDoor.refused(e);
        }
    }

    /**
     * What is sent now first, since it has to match; then what the client offers besides, so that another publisher, or another
     * codec of this one, can be taken without a new offer.
     */
    private List<SentTrack> sentTracks(IncomingStream stream, List<OfferedMedia> offered) {
        String cname = door.token();
        List<SentTrack> tracks = new ArrayList<>();
        for (IncomingStreamTrack track : stream.tracks()) {
            Set<RtpFormat> formats = new LinkedHashSet<>();
            RtpFormat present = track.layers().get(0).format();
            if (!Negotiation.takes(offered, present)) {
                track.renditions().formats().stream()
                        .filter(each -> Negotiation.takes(offered, each))
                        .findFirst()
                        .ifPresent(formats::add);
            }
            formats.add(present);
            formats.addAll(track.source().formats());
            for (OfferedMedia media : offered) {
                if (media.kind() == track.kind()) {
                    media.codecs().stream().map(RtpCodec::format).forEach(formats::add);
                }
            }
            long ssrc = server.random().nextLong(1, 1L << 32);
            long rtxSsrc = server.random().nextLong(1, 1L << 32);
            tracks.add(new SentTrack(
                    track.kind(),
                    List.copyOf(formats),
                    ssrc,
                    rtxSsrc == ssrc ? ssrc ^ 1 : rtxSsrc,
                    cname,
                    "mediatool",
                    track.id()));
        }
        return tracks;
    }

    /** What of that which is sent now the client did not take, in one line; null when it took everything it has an m-line for. */
    private static @Nullable String unplayable(Answer answer) {
        for (Answer.Media media : answer.media()) {
            SentTrack track = media.track();
            if (track != null && media.codecFor(track.formats().get(0)) == null) {
                return "the " + track.kind().label() + " that is sent is "
                        + track.formats().get(0).encodingName() + ", which the offer does not take";
            }
        }
        return null;
    }

    /** Why nothing that the client takes is made of the sound that is sent. */
    private static String unmade(IncomingStream stream, WebRtcOffer offer) {
        for (IncomingStreamTrack track : stream.tracks()) {
            String why = track.renditions().refusal();
            if (why != null) {
                return "; " + why;
            }
            if (track.kind() == MediaKind.AUDIO && Negotiation.wantsAac(offer)) {
                return "; there is no encoder for AAC here, Opus, G.722, PCMU and PCMA are made of other sound";
            }
        }
        return "";
    }

    private static List<RtpFormat> sent(IncomingStream stream) {
        return stream.tracks().stream()
                .map(track -> track.layers().get(0).format())
                .toList();
    }

    private Transport accept(Session session, WebRtcOffer offer, LocalTransport local, Answer answer) {
        var setup =
                new TransportSetup(local.ice(), answer.role(), offer.transport().fingerprints());
        return endpoint.accept(setup, session.new TransportEvents());
    }

    private LocalTransport localTransport() throws RefusedSessionException {
        if (endpoint.isFull()) {
            throw SessionDoor.full("the server has as many sessions as it takes");
        }
        return new LocalTransport(
                server.random().nextLong() >>> 1,
                IceCredentials.random(server.random()),
                endpoint.fingerprint(),
                endpoint.candidates());
    }

    private static RefusedSessionException nothing(String room, @Nullable String stream) {
        String where = stream == null ? room : room + "/" + stream;
        return new RefusedSessionException(409, "nothing is published in " + where, RETRY_SECONDS);
    }
}
