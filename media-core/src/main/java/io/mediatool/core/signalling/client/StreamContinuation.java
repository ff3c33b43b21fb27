package io.mediatool.core.signalling.client;

import io.mediatool.core.codec.RtpFormat;
import io.mediatool.core.rtp.RtpPacket;
import io.mediatool.core.server.IncomingLayer;
import io.mediatool.core.server.IncomingStream;
import io.mediatool.core.server.IncomingStreamTrack;
import io.mediatool.core.server.Room;
import io.mediatool.core.stream.RtpIncomingSourceGroup;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One stream of a room that is fed by one session after the other: who takes it sees a sender that was silent and began anew. On the loop.
 */
final class StreamContinuation {
    private final Room room;
    private final String name;
    private final Map<IncomingStreamTrack, Feed> feeds = new HashMap<>();
    private @Nullable IncomingStream stream;

    StreamContinuation(Room room, String name) {
        this.room = room;
        this.name = name;
    }

    /**
     * Goes on with what {@code next} brings.
     *
     * @param lives whether the session of {@code next} does: else the end of its tracks is not the end of what was sent
     * @return why it cannot be gone on with, as one line; else null
     */
    @Nullable String follow(IncomingStream next, BooleanSupplier lives) {
        IncomingStream out = stream;
        if (out == null || out.isEnded()) {
            feeds.clear();
            out = room.publish(name);
            stream = out;
        }
        List<IncomingStreamTrack> free = new ArrayList<>(out.tracks());
        for (IncomingStreamTrack track : next.tracks()) {
            IncomingStreamTrack before = free.stream()
                    .filter(each -> each.kind() == track.kind())
                    .findFirst()
                    .orElse(null);
            if (before != null && !carries(before, track)) {
                return "the server sends its " + track.kind().label() + " in another format than before";
            }
            if (before == null) {
                add(out, track).take(track, lives);
            } else {
                free.remove(before);
                Objects.requireNonNull(feeds.get(before), "each track has one").take(track, lives);
            }
        }
        return null;
    }

    private Feed add(IncomingStream out, IncomingStreamTrack track) {
        Feed feed = new Feed();
        IncomingStreamTrack made = out.addTrack(
                track.kind(),
                track.source().formats(),
                track.layers().stream().map(IncomingLayer::rid).toList(),
                track.layers().get(0).extensionMap(),
                feed);
        feed.out = made;
        feeds.put(made, feed);
        return feed;
    }

    /** Payload types mean the same; what else was said about a codec may have changed with its sender. */
    private static boolean carries(IncomingStreamTrack before, IncomingStreamTrack next) {
        if (before.layers().size() != next.layers().size()) {
            return false;
        }
        for (RtpFormat format : next.source().formats()) {
            RtpFormat known = before.source().formatOf(format.payloadType());
            if (known == null || known.codec() != format.codec() || known.clockRate() != format.clockRate()) {
                return false;
            }
        }
        return true;
    }

    /** Ends the stream; harmless when repeated. */
    void end() {
        IncomingStream out = stream;
        if (out != null && !out.isEnded()) {
            room.unpublish(out);
        }
    }

    /** What fills one track. */
    private static final class Feed implements IncomingLayer.KeyFrameMaker {
        private @Nullable IncomingStreamTrack from;
        private @Nullable IncomingStreamTrack out;

        void take(IncomingStreamTrack next, BooleanSupplier lives) {
            from = next;
            IncomingStreamTrack filled = Objects.requireNonNull(out, "it is made first");
            for (int i = 0; i < next.layers().size(); i++) {
                RtpIncomingSourceGroup source = filled.layers().get(i).source();
                next.layers().get(i).source().addListener(new Pipe(source, lives));
            }
        }

        @Override
        public boolean canMake() {
            IncomingStreamTrack track = from;
            return track == null || track.layers().get(0).canMakeKeyFrames();
        }

        @Override
        public void requestKeyFrame(IncomingLayer layer, long nowNs) {
            IncomingStreamTrack track = from;
            IncomingLayer wanted = track == null ? null : track.layer(layer.rid());
            if (wanted != null) {
                wanted.requestKeyFrame(nowNs);
            }
        }
    }

    /** What one session brings for one layer. Senders that come anew are for the source that takes it: it knows them by their SSRC. */
    private record Pipe(RtpIncomingSourceGroup out, BooleanSupplier lives) implements RtpIncomingSourceGroup.Listener {
        @Override
        public void onRtp(RtpIncomingSourceGroup of, RtpPacket packet, long sequence, long timestamp, long nowNs) {
            out.onRtp(packet, nowNs);
        }

        @Override
        public void onSenderReport(RtpIncomingSourceGroup of, RtpIncomingSourceGroup.SenderReport report, long nowNs) {
            out.onSenderReport(of.ssrc(), report.ntpTime(), report.timestamp() & 0xffff_ffffL, nowNs);
        }

        @Override
        public void onEnded(RtpIncomingSourceGroup of, long nowNs) {
            if (lives.getAsBoolean()) {
                out.end(nowNs); // its sender has said goodbye
            }
        }
    }
}
