package io.mediatool.core.signalling.session;

import io.mediatool.core.codec.MediaKind;
import io.mediatool.core.codec.RtpFormat;
import io.mediatool.core.loop.Timer;
import io.mediatool.core.server.Counters;
import io.mediatool.core.server.IncomingLayer;
import io.mediatool.core.server.IncomingStream;
import io.mediatool.core.server.MediaTerms;
import io.mediatool.core.server.Room;
import io.mediatool.core.server.outgoing.OutgoingStream;
import io.mediatool.core.server.outgoing.OutgoingStreamTrack;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Shows a stream to a client, and whoever publishes next under its name when it ends. */
final class ViewerRole implements Role, Room.Listener {
    /** How long a publisher may be gone. */
    static final long PATIENCE_NS = 30_000_000_000L;

    /**
     * Waits for the answer to a counter-offer.
     *
     * @param stream what is offered
     * @param anyName whether the client asked for no stream in particular
     * @param why what was wrong with its own offer
     * @param onGone told when it is over, unless a {@link ViewerRole} follows
     */
    record Offered(String stream, boolean anyName, String why, Runnable onGone) implements Role {
        @Override
        public void onConnected(long nowNs) {
            // not before there is an answer
        }

        @Override
        public void onClosed(long nowNs) {
            onGone.run();
        }

        @Override
        public String trouble(long nowNs) {
            return why;
        }

        @Override
        public boolean select(LayerChoice choice, long nowNs) {
            return false;
        }

        @Override
        public List<SessionReport.Track> tracks(long nowNs) {
            return List.of();
        }
    }

    /**
     * What a client watches.
     *
     * @param anyName whether it asked for no stream in particular
     * @param onGone told when it is over
     */
    record View(Room room, IncomingStream stream, boolean anyName, Runnable onGone) {}

    private final Session session;
    private final Room room;
    private final OutgoingStream outgoing;
    private final boolean anyName;
    private final Runnable onGone;
    private String name;
    private @Nullable Timer patience;

    ViewerRole(Session session, OutgoingStream outgoing, View view) {
        this.session = session;
        this.outgoing = outgoing;
        this.room = view.room;
        this.anyName = view.anyName;
        this.onGone = view.onGone;
        this.name = view.stream.name();
        room.enter();
        outgoing.attachTo(view.stream);
        room.addListener(this);
    }

    @Override
    public void onStream(Room of, IncomingStream stream) {
        boolean orphan = outgoing.source() == null;
        if (stream.name().equals(name) && stream != outgoing.source() || orphan && anyName) {
            name = stream.name();
            calm();
            outgoing.attachTo(stream);
        }
    }

    @Override
    public void onStreamGone(Room of, IncomingStream stream) {
        if (outgoing.source() != null || patience != null) {
            return;
        }
        IncomingStream other = anyName ? room.newest() : room.stream(name);
        if (other != null) {
            onStream(room, other);
            return;
        }
        patience = room.loop().schedule(room.loop().nowNs() + PATIENCE_NS, nowNs -> {
            patience = null;
            session.end("the publisher did not come back", nowNs);
        });
    }

    private void calm() {
        Timer pending = patience;
        patience = null;
        if (pending != null) {
            pending.cancel();
        }
    }

    @Override
    public void onConnected(long nowNs) {
        // the transport begins by itself
    }

    @Override
    public void onClosed(long nowNs) {
        calm();
        room.removeListener(this);
        room.leave();
        onGone.run();
    }

    @Override
    public String stream() {
        return name;
    }

    /** What is watched now, or null. */
    @Nullable IncomingStream watched() {
        return outgoing.source();
    }

    @Override
    public @Nullable String trouble(long nowNs) {
        if (outgoing.source() == null) {
            return "nobody publishes " + name + " at present";
        }
        for (OutgoingStreamTrack track : outgoing.tracks()) {
            IncomingLayer layer = track.layer();
            if (layer != null && !track.isPlayable()) {
                return "the publisher sends " + layer.format().encodingName()
                        + " now, which this client did not agree to";
            }
        }
        return null;
    }

    @Override
    public boolean select(LayerChoice choice, long nowNs) {
        boolean any = false;
        for (OutgoingStreamTrack track : outgoing.tracks()) {
            String mid = track.terms().media().mid();
            boolean meant = choice.mediaId() == null
                    ? track.kind() == MediaKind.VIDEO
                    : choice.mediaId().equals(mid);
            if (meant) {
                if (!track.select(
                        choice.rid(),
                        choice.spatialLayer(),
                        choice.temporalLayer(),
                        choice.maxWidth(),
                        choice.maxHeight(),
                        nowNs)) {
                    return false;
                }
                any = true;
            }
        }
        return any;
    }

    @Override
    public List<SessionReport.Track> tracks(long nowNs) {
        List<SessionReport.Track> tracks = new ArrayList<>();
        for (OutgoingStreamTrack track : outgoing.tracks()) {
            IncomingLayer layer = track.layer();
            Counters counters = new Counters();
            track.addCounters(counters);
            track.addSize(counters);
            MediaTerms media = track.terms().media();
            RtpFormat format = layer == null ? media.payloads().get(0).format() : layer.format();
            tracks.add(new SessionReport.Track(
                    media.mid(),
                    track.kind().label(),
                    format.codec().encodingName(),
                    layer == null || layer.rid().isEmpty() ? List.of() : List.of(layer.rid()),
                    counters.values(),
                    track.selection(nowNs),
                    List.of(),
                    track.transcodedFrom()));
        }
        return tracks;
    }
}
