package io.mediatool.core.server;

import io.mediatool.core.codec.MediaKind;
import io.mediatool.core.codec.RtpFormat;
import io.mediatool.core.loop.TimeService;
import io.mediatool.core.rtp.extension.ExtensionMap;
import io.mediatool.core.stream.PacketBatch;
import io.mediatool.core.stream.RtpIncomingSourceGroup;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * What one publisher sends into a room: tracks that share a clock. Tracks can come later (a transport stream tells its own).
 * Made by {@link Room#publish}, ended by {@link Room#unpublish} or by a newer one of its name. For the loop's thread,
 * {@link #name()} excepted.
 */
public final class IncomingStream {
    private final String name;
    private final List<IncomingStreamTrack> tracks = new ArrayList<>();
    private final List<Listener> listeners = new ArrayList<>();
    private final TimeService time;
    private final PacketBatch batch;
    private final boolean keepsPictures;
    private final Function<IncomingStreamTrack, Renditions> renditions;
    private final long createdNs;
    private boolean ended;

    /** Learns of tracks, on the loop's thread. */
    public interface Listener {
        /** A track has been added. Called at once for those that are there when the listener is added. */
        default void onTrack(IncomingStream stream, IncomingStreamTrack track) {}

        /** The stream is over: all its tracks have ended. */
        default void onEnded(IncomingStream stream, long nowNs) {}
    }

    IncomingStream(
            String name,
            TimeService time,
            PacketBatch batch,
            boolean keepsPictures,
            long createdNs,
            Function<IncomingStreamTrack, Renditions> renditions) {
        this.renditions = renditions;
        this.name = name;
        this.time = time;
        this.batch = batch;
        this.keepsPictures = keepsPictures;
        this.createdNs = createdNs;
    }

    /** Its name in the room. */
    public String name() {
        return name;
    }

    /** When it was published in a {@link MediaServer}, on the loop's clock; 0 elsewhere. */
    public long createdNs() {
        return createdNs;
    }

    /** Adds a track that carries {@code formats}; its packets go into {@link IncomingStreamTrack#source()}. */
    public IncomingStreamTrack addTrack(MediaKind kind, List<RtpFormat> formats) {
        return addTrack(kind, formats, List.of(""), ExtensionMap.NONE, IncomingLayer.KeyFrameMaker.NONE);
    }

    /**
     * Adds a track of several layers.
     *
     * @param rids their names, at least one; empty where there is but one
     * @param extensions of the packets' headers
     * @param maker has the publisher make key frames
     */
    public IncomingStreamTrack addTrack(
            MediaKind kind,
            List<RtpFormat> formats,
            List<String> rids,
            ExtensionMap extensions,
            IncomingLayer.KeyFrameMaker maker) {
        long sameKind = tracks.stream().filter(t -> t.kind() == kind).count();
        List<IncomingLayer> layers = rids.stream()
                .map(rid -> new IncomingLayer(rid, source(kind, formats), time, maker, extensions, keepsPictures))
                .toList();
        var track = new IncomingStreamTrack(kind.label() + sameKind, layers);
        track.setRenditions(renditions.apply(track));
        tracks.add(track);
        List.copyOf(listeners).forEach(listener -> listener.onTrack(this, track));
        return track;
    }

    private RtpIncomingSourceGroup source(MediaKind kind, List<RtpFormat> formats) {
        var source = new RtpIncomingSourceGroup(kind, formats);
        source.gather(batch);
        return source;
    }

    public List<IncomingStreamTrack> tracks() {
        return List.copyOf(tracks);
    }

    public void addListener(Listener listener) {
        listeners.add(listener);
        List.copyOf(tracks).forEach(track -> listener.onTrack(this, track));
    }

    public void removeListener(Listener listener) {
        listeners.remove(listener);
    }

    /** Ends every track and then the stream; harmless when repeated. */
    public void end(long nowNs) {
        if (ended) {
            return;
        }
        ended = true;
        tracks.forEach(track -> track.end(nowNs));
        List.copyOf(listeners).forEach(listener -> listener.onEnded(this, nowNs));
    }

    public boolean isEnded() {
        return ended;
    }
}
