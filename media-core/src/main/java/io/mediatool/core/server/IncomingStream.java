package io.mediatool.core.server;

import io.mediatool.core.codec.MediaKind;
import io.mediatool.core.codec.RtpFormat;
import io.mediatool.core.stream.RtpIncomingSourceGroup;
import java.util.ArrayList;
import java.util.List;

/**
 * What one publisher sends into a room: tracks that share a clock. Tracks can come later (a transport stream tells its own).
 * For the loop's thread, {@link #name()} excepted.
 */
public final class IncomingStream {
    private final String name;
    private final List<IncomingStreamTrack> tracks = new ArrayList<>();
    private final List<Listener> listeners = new ArrayList<>();
    private boolean ended;

    /** Learns of tracks, on the loop's thread. */
    public interface Listener {
        /** A track has been added. Called at once for those that are there when the listener is added. */
        void onTrack(IncomingStream stream, IncomingStreamTrack track);

        /** The stream is over: all its tracks have ended. */
        void onEnded(IncomingStream stream, long nowNs);
    }

    IncomingStream(String name) {
        this.name = name;
    }

    /** Its name in the room. */
    public String name() {
        return name;
    }

    /** Adds a track that carries {@code formats}; its packets go into {@link IncomingStreamTrack#source()}. */
    public IncomingStreamTrack addTrack(MediaKind kind, List<RtpFormat> formats) {
        long sameKind = tracks.stream().filter(t -> t.kind() == kind).count();
        var track = new IncomingStreamTrack(kind.label() + sameKind, new RtpIncomingSourceGroup(kind, formats));
        tracks.add(track);
        List.copyOf(listeners).forEach(listener -> listener.onTrack(this, track));
        return track;
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
        tracks.forEach(track -> track.source().end(nowNs));
        List.copyOf(listeners).forEach(listener -> listener.onEnded(this, nowNs));
    }

    public boolean isEnded() {
        return ended;
    }
}
