package io.mediatool.core.signalling.session;

import io.mediatool.core.server.Counters;
import io.mediatool.core.server.IncomingLayer;
import io.mediatool.core.server.IncomingStream;
import io.mediatool.core.server.IncomingStreamTrack;
import io.mediatool.core.server.LayerMeter;
import io.mediatool.core.server.Room;
import io.mediatool.core.server.peer.IncomingTerms;
import io.mediatool.core.server.peer.PublishedTrack;
import io.mediatool.core.server.peer.Transport;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Brings what a client sends into its room, from when it is connected until it ends or another takes its name. */
final class PublisherRole implements Role, IncomingStream.Listener {
    /** How long a connected client may be silent before it is called trouble. */
    private static final long SILENCE_NS = 5_000_000_000L;

    private final Session session;
    private final Transport transport;
    private final Room room;
    private final String name;
    private final List<IncomingTerms> terms;
    private @Nullable IncomingStream stream;
    private long connectedNs;
    private boolean publishing;

    PublisherRole(Session session, Transport transport, Room room, String name, List<IncomingTerms> terms) {
        this.session = session;
        this.transport = transport;
        this.room = room;
        this.name = name;
        this.terms = List.copyOf(terms);
        room.enter();
    }

    @Override
    public void onConnected(long nowNs) {
        connectedNs = nowNs;
        publishing = true;
        IncomingStream published = room.publish(name);
        publishing = false;
        stream = published;
        transport.publish(published, terms);
        published.addListener(this);
    }

    /** What it publishes now, or null. */
    @Nullable IncomingStream published() {
        return stream;
    }

    /** Whether this session publishes {@code one}. */
    boolean publishes(IncomingStream one) {
        return stream == one || publishing && room.stream(name) == one;
    }

    @Override
    public void onEnded(IncomingStream of, long nowNs) {
        if (stream == of) {
            stream = null;
            boolean replaced = room.stream(name) != null && room.stream(name) != of;
            session.end(replaced ? "another client publishes under this name" : "the stream was ended", nowNs);
        }
    }

    @Override
    public void onClosed(long nowNs) {
        IncomingStream own = stream;
        stream = null;
        if (own != null) {
            room.unpublish(own);
        }
        room.leave();
    }

    @Override
    public String stream() {
        return name;
    }

    @Override
    public @Nullable String trouble(long nowNs) {
        IncomingStream own = stream;
        if (own == null || nowNs - connectedNs < SILENCE_NS) {
            return null;
        }
        boolean silent = own.tracks().stream()
                .flatMap(track -> track.layers().stream())
                .noneMatch(layer -> layer.source().ssrc() != 0);
        return silent ? "connected for " + (nowNs - connectedNs) / 1_000_000_000L + " s, but no media came" : null;
    }

    @Override
    public boolean select(LayerChoice choice, long nowNs) {
        return false;
    }

    @Override
    public List<SessionReport.Track> tracks(long nowNs) {
        List<SessionReport.Track> tracks = new ArrayList<>();
        for (PublishedTrack track : transport.published()) {
            Counters counters = new Counters();
            track.addCounters(counters, nowNs);
            tracks.add(track(track.track(), track.terms().media().mid(), counters.values(), nowNs));
        }
        return tracks;
    }

    /** A track as the room has it. */
    static SessionReport.Track track(
            IncomingStreamTrack track, @Nullable String mid, Map<String, Double> counters, long nowNs) {
        List<String> layers = new ArrayList<>();
        List<SessionReport.Layer> offered = new ArrayList<>();
        for (IncomingLayer layer : track.layers()) {
            boolean active = layer.isActive(nowNs);
            if (!layer.rid().isEmpty()) {
                int top = layer.scalable().spatialLayers() - 1;
                long bps = active ? Math.max(1, layer.bitrateBps(nowNs)) : 0;
                offered.add(new SessionReport.Layer(layer.rid(), -1, -1, bps, layer.width(top), layer.height(top)));
                if (active) {
                    layers.add(layer.rid());
                }
            } else if (active) {
                layers.addAll(layer.scalable().names());
                addScalable(offered, layer);
            }
        }
        return new SessionReport.Track(
                mid,
                track.kind().label(),
                track.layers().get(0).format().codec().encodingName(),
                layers,
                counters,
                null,
                offered,
                null);
    }

    private static void addScalable(List<SessionReport.Layer> offered, IncomingLayer layer) {
        LayerMeter meter = layer.scalable();
        for (int s = 0; s < meter.spatialLayers() && !meter.names().isEmpty(); s++) {
            for (int t = 0; t < meter.temporalLayers(); t++) {
                long bps = Math.max(1, meter.bitrateBps(s, t));
                offered.add(new SessionReport.Layer("", s, t, bps, layer.width(s), layer.height(s)));
            }
        }
    }
}
