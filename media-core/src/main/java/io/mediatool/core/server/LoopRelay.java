package io.mediatool.core.server;

import io.mediatool.core.codec.MediaKind;
import io.mediatool.core.codec.RtpFormat;
import io.mediatool.core.rtp.RtpPacket;
import io.mediatool.core.rtp.extension.ExtensionMap;
import io.mediatool.core.stream.RtpIncomingSourceGroup;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Publishes the streams of a room again in the room of the same name on another loop, for the viewers who live there: a packet crosses
 * once per loop, not once per viewer. Made by {@link MediaServer#relay}; for the thread of the loop of the room, which holds the
 * relay as long as it has users.
 */
public final class LoopRelay {
    private final Room room;
    private final MediaServer there;
    private final LoopCrossing crossing;
    private final Runnable onUnused;
    private final Map<IncomingStream, RelayedStream> streams = new HashMap<>();
    private final Streams events = new Streams();
    private final Far far = new Far();
    private int users;

    /** What belongs to the other loop. */
    private static final class Far {
        private @Nullable Room room;

        Room room() {
            return Objects.requireNonNull(room, "the room is made first");
        }
    }

    LoopRelay(Room room, MediaServer there, LoopCrossing crossing, Runnable onUnused) {
        this.room = room;
        this.there = there;
        this.crossing = crossing;
        this.onUnused = onUnused;
    }

    /** One more who watches over there; to be told before whatever brings the viewer across, by {@link #across}. */
    void use() {
        if (users++ == 0) {
            room.enter();
            crossing.task(() -> {
                Room mirror = there.room(room.name());
                mirror.enter();
                far.room = mirror;
            });
            room.addListener(events);
        }
    }

    /** Does {@code task} on the other loop, where all that has been published until now is known then. */
    public void across(Runnable task) {
        crossing.task(task);
    }

    /** One who watches there less; with the last one it ends. */
    public void release() {
        if (--users > 0) {
            return;
        }
        onUnused.run();
        room.removeListener(events);
        List.copyOf(streams.values()).forEach(RelayedStream::end);
        streams.clear();
        crossing.task(() -> far.room().leave());
        room.leave();
    }

    private final class Streams implements Room.Listener {
        @Override
        public void onStream(Room of, IncomingStream stream) {
            RelayedStream relayed = new RelayedStream(stream);
            streams.put(stream, relayed);
            stream.addListener(relayed);
        }

        @Override
        public void onStreamGone(Room of, IncomingStream stream) {
            RelayedStream relayed = streams.remove(stream);
            if (relayed != null) {
                relayed.end();
            }
        }
    }

    /** One stream here, with what it is there. */
    private final class RelayedStream implements IncomingStream.Listener {
        private final IncomingStream stream;
        private final List<RelayedLayer> layers = new ArrayList<>();
        private @Nullable IncomingStream mirror; // the other loop's

        RelayedStream(IncomingStream stream) {
            this.stream = stream;
            crossing.task(() -> mirror = far.room().publish(stream.name()));
        }

        private IncomingStream mirror() {
            return Objects.requireNonNull(mirror, "the stream is published first");
        }

        @Override
        public void onTrack(IncomingStream of, IncomingStreamTrack track) {
            List<RelayedLayer> its =
                    track.layers().stream().map(RelayedLayer::new).toList();
            MediaKind kind = track.kind();
            List<RtpFormat> formats = track.source().formats();
            List<String> rids = track.layers().stream().map(IncomingLayer::rid).toList();
            ExtensionMap extensions = track.layers().get(0).extensionMap();
            FarMaker maker = new FarMaker(track);
            crossing.task(() -> {
                IncomingStreamTrack made = mirror().addTrack(kind, formats, rids, extensions, maker);
                for (int i = 0; i < its.size(); i++) {
                    crossing.open(its.get(i).outlet, made.layers().get(i).source());
                }
            });
            its.forEach(RelayedLayer::begin);
            layers.addAll(its);
        }

        void end() {
            stream.removeListener(this);
            layers.forEach(RelayedLayer::end);
            crossing.task(() -> far.room().unpublish(mirror()));
        }
    }

    /** The packets of one layer, which is watched: over there. */
    private final class RelayedLayer implements RtpIncomingSourceGroup.Listener, IncomingLayer.Watcher {
        private final IncomingLayer layer;
        private final LoopCrossing.Outlet outlet = new LoopCrossing.Outlet();

        RelayedLayer(IncomingLayer layer) {
            this.layer = layer;
        }

        /** With what a viewer who comes late needs: the pictures since the last key frame, and the sender's clock. */
        void begin() {
            var pictures = layer.pictures();
            for (int i = 0; pictures != null && i < pictures.size(); i++) {
                pictures.give(i, (packet, sequence, timestamp) -> crossing.packet(outlet, packet, sequence, timestamp));
            }
            RtpIncomingSourceGroup.SenderReport report = layer.report();
            if (report != null) {
                onSenderReport(layer.source(), report, layer.reportNs());
            }
            layer.addWatcher(this);
            layer.source().addListener(this);
        }

        void end() {
            layer.removeWatcher(this);
            layer.source().removeListener(this);
        }

        private RtpIncomingSourceGroup source() {
            return Objects.requireNonNull(outlet.source(), "the track is made first");
        }

        @Override
        public void onRtp(RtpIncomingSourceGroup of, RtpPacket packet, long sequence, long timestamp, long nowNs) {
            crossing.packet(outlet, packet, sequence, timestamp);
        }

        @Override
        public void onSenderReport(RtpIncomingSourceGroup of, RtpIncomingSourceGroup.SenderReport report, long nowNs) {
            crossing.task(() -> source().relayReport(report, nowNs));
        }

        @Override
        public void onRestart(RtpIncomingSourceGroup of, boolean sameClock, long nowNs) {
            crossing.task(() -> source().relayRestart(sameClock, there.loop().nowNs()));
        }

        @Override
        public void onEnded(RtpIncomingSourceGroup of, long nowNs) {
            crossing.task(() -> source().end(there.loop().nowNs()));
        }
    }

    /** Has the source make a key frame, on behalf of the other loop's viewers. */
    private final class FarMaker implements IncomingLayer.KeyFrameMaker {
        private final IncomingStreamTrack track;
        private final boolean able;

        FarMaker(IncomingStreamTrack track) {
            this.track = track;
            this.able = track.layers().get(0).canMakeKeyFrames();
        }

        @Override
        public boolean canMake() {
            return able;
        }

        @Override
        public void requestKeyFrame(IncomingLayer mirrored, long nowNs) {
            String rid = mirrored.rid();
            room.loop().tryExecute(() -> {
                IncomingLayer layer = track.layer(rid);
                if (layer != null) {
                    layer.requestKeyFrame(room.loop().nowNs());
                }
            });
        }
    }
}
