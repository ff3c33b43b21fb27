package io.mediatool.core.stream.forward;

import io.mediatool.core.bits.WorkingSet;
import io.mediatool.core.codec.CodecModule;
import io.mediatool.core.codec.PacketLayers;
import io.mediatool.core.rtp.RtpPacket;
import io.mediatool.core.stream.KeyFrameRequests;
import io.mediatool.core.stream.PacketHistory;
import io.mediatool.core.stream.PayloadTypes;
import io.mediatool.core.stream.RtpIncomingSourceGroup;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Forwards one incoming source to one viewer, under an SSRC, sequence, timestamp and picture id space of the viewer's own that
 * goes on without a jump when another source (a simulcast layer, another publisher) takes its place. It does so only at
 * a key frame: until that comes the old source goes on, and a new viewer gets nothing it cannot decode.
 *
 * <p>Gaps of the source stay gaps: the viewer sees its losses, and what is repaired late still fits in. Belongs to one
 * loop's thread; allocates only when sources change.
 */
public final class RtpStreamTransponder implements RtpIncomingSourceGroup.Listener {
    private static final long NOTHING = Long.MIN_VALUE;

    private final Target target;
    private final Listener listener;
    private final ViewerPackets packets;
    private final LayerFilter filter = new LayerFilter();
    private @Nullable Input pending;
    private @Nullable Segment current;
    private Segment.Haste haste = Segment.Haste.NONE;
    private long switches;
    private long heldSequence = NOTHING;
    private long heldTimestamp;
    private @Nullable WorkingSet workingSet;

    /**
     * What the viewer was told to expect. {@code rtxPayloadType} −1: retransmissions go plain, which means the very bytes of
     * the first time, since AES-GCM must never protect two contents under one index (RFC 7714 §8).
     */
    public record Target(int ssrc, int payloadType, int clockRate, int rtxSsrc, int rtxPayloadType) {}

    /**
     * A source that can be chosen; without a history nothing of it is sent twice.
     *
     * @param layers null when all of the source is sent, whatever it is
     * @param payloadTypes the viewer's for the source's, null when everything leaves with that of the target
     */
    public record Input(
            RtpIncomingSourceGroup source,
            CodecModule codec,
            @Nullable PacketHistory history,
            @Nullable PayloadTypes payloadTypes,
            @Nullable Layers layers) {

        /** One payload type, that of the target. */
        public Input(RtpIncomingSourceGroup source, CodecModule codec, @Nullable PacketHistory history) {
            this(source, codec, history, null, null);
        }

        boolean isLike(Input other) {
            return source == other.source && codec == other.codec;
        }
    }

    /** Tells which scalable layer a packet of a source is of. */
    public interface Layers {
        /** Valid until the next call. */
        PacketLayers of(RtpPacket packet);
    }

    /** Takes what leaves and what is wanted. */
    public interface Listener {
        /** One packet ready for protection; {@code data} is borrowed until return, with room behind for the tag. */
        void sendRtp(byte[] data, int offset, int length, boolean retransmission, long nowNs);

        /** A key frame of {@code source} is wanted; who limits the rate is {@link KeyFrameRequests}. */
        void onKeyFrameWanted(RtpIncomingSourceGroup source, long nowNs);

        /** {@code source} is forwarded from here on. */
        default void onSwitched(RtpIncomingSourceGroup source, long nowNs) {}

        /** The forwarded source is over, and none is waited for. */
        void onEnded(long nowNs);

        /** Names the objects that {@link #sendRtp} needs for each packet, see {@link WorkingSet}. */
        default void addTo(Consumer<Object> parts) {
            parts.accept(this);
        }

        /** This viewer broke an invariant. Others of the same source must not suffer: it is up to the listener to end this one. */
        default void onBug(RuntimeException bug, long nowNs) {
            throw bug;
        }
    }

    /** Writes a viewer's header extensions. */
    public interface Extensions {
        /** No extensions. */
        Extensions NONE = (packet, bytes, offset) -> 0;

        /**
         * Writes the block that goes with {@code packet} (see {@code ExtensionWriter.write}). For a viewer without RTX it must
         * write the same each time it is shown the same packet, and nobody may stamp a send time or transport-wide
         * number into it afterwards.
         *
         * @return its bytes, at most 400; 0 for none
         */
        int write(RtpPacket packet, byte[] bytes, int offset);
    }

    /**
     * @param random for first sequence numbers and timestamp (RFC 3550 §5.1)
     * @param scratch packets are made in it: one for all transponders of a loop; 4 KiB or more
     */
    public RtpStreamTransponder(
            Target target, RandomGenerator random, byte[] scratch, Extensions extensions, Listener listener) {
        this.target = target;
        this.listener = listener;
        this.packets = new ViewerPackets(target, random, scratch, extensions, listener);
    }

    public Target target() {
        return target;
    }

    /** Chooses a source: it is forwarded from its next key frame on, which is asked for. */
    public void select(Input input, long nowNs) {
        Segment now = current;
        dropPending();
        if (now != null && now.input().isLike(input)) {
            return;
        }
        pending = input;
        if (now == null || now.input().source != input.source) {
            input.source.addListener(this);
        }
        listener.onKeyFrameWanted(input.source, nowNs);
    }

    /**
     * Chooses a source whose packets since the last key frame somebody has kept and now gives to {@link #onRtp}, oldest first, then
     * calls {@link #goLive} or {@link #cancelReplay}.
     *
     * @param until timestamp of the newest packet kept
     * @param factor by which time runs faster until then, 1 or more
     */
    public void replay(Input input, long until, int factor) {
        dropPending();
        Segment now = current;
        if (now != null) {
            now.input().source.removeListener(this);
            current = null;
        }
        pending = input;
        haste = new Segment.Haste(until, factor);
    }

    /** Everything kept has been given: what comes from now on is taken from the source itself. */
    public void goLive(RtpIncomingSourceGroup source) {
        haste = Segment.Haste.NONE;
        source.removeListener(this);
        source.addListener(this);
    }

    /** What was given was not all, and nothing more of it is given nor wanted: until a source is chosen there is none. */
    public void cancelReplay() {
        pending = null;
        current = null;
        haste = Segment.Haste.NONE;
    }

    private void dropPending() {
        Input waiting = pending;
        Segment now = current;
        pending = null;
        haste = Segment.Haste.NONE;
        if (waiting != null && (now == null || now.input().source != waiting.source)) {
            waiting.source.removeListener(this);
        }
    }

    /** What the forwarded source sends is of another codec from now on: nothing of it can be decoded before a key frame. */
    public void onCodec(Input input, long nowNs) {
        Input waiting = pending;
        Segment now = current;
        boolean forwarded = now != null && now.input().source == input.source;
        boolean awaited = waiting != null && waiting.source == input.source;
        current = forwarded ? null : now;
        if (awaited || forwarded && waiting == null) {
            pending = input;
            listener.onKeyFrameWanted(input.source, nowNs);
        } else if (forwarded) {
            input.source.removeListener(this);
        }
    }

    /** The viewer lost its picture (PLI, FIR): asks whoever is forwarded or waited for. */
    public void requestKeyFrame(long nowNs) {
        Input waiting = pending;
        Segment now = current;
        if (waiting != null) {
            listener.onKeyFrameWanted(waiting.source, nowNs);
        } else if (now != null) {
            listener.onKeyFrameWanted(now.input().source, nowNs);
        }
    }

    /** Leaves its sources; nothing is sent any more, nor on request. */
    public void close() {
        Input waiting = pending;
        Segment now = current;
        if (waiting != null) {
            waiting.source.removeListener(this);
        }
        if (now != null) {
            now.input().source.removeListener(this);
        }
        pending = null;
        current = null;
        workingSet = null;
        packets.close();
    }

    @Override
    public boolean forwards() {
        return true;
    }

    /** Of the source that is forwarded. It stays as it is until the source changes: what has taken another's place since is not fetched. */
    @Override
    public WorkingSet workingSet() {
        Segment now = current;
        if (now == null) {
            return WorkingSet.EMPTY;
        }
        WorkingSet known = workingSet;
        if (known == null) {
            var parts = new WorkingSet.Builder();
            parts.accept(this);
            now.addTo(parts);
            packets.addTo(parts);
            parts.accept(filter);
            listener.addTo(parts);
            known = parts.build();
            workingSet = known;
        }
        return known;
    }

    @Override
    public void onRtp(RtpIncomingSourceGroup source, RtpPacket packet, long sequence, long timestamp, long nowNs) {
        try {
            forward(source, packet, sequence, timestamp, nowNs);
        } catch (RuntimeException bug) {
            listener.onBug(bug, nowNs);
        }
    }

    private void forward(RtpIncomingSourceGroup source, RtpPacket packet, long sequence, long timestamp, long nowNs) {
        Input waiting = pending;
        if (waiting != null
                && waiting.source == source
                && waiting.codec.startsKeyFrame(packet.data(), packet.payloadOffset(), packet.payloadLength())) {
            switchTo(waiting, packet, sequence, timestamp, nowNs);
        }
        Segment now = current;
        if (now == null || now.input().source != source || sequence < now.first()) {
            packets.drop();
            return;
        }
        Layers layers = now.input().layers();
        PacketLayers at = layers == null ? null : layers.of(packet);
        if (at == null || !at.isKnown()) {
            release(now, sequence, true, nowNs);
            packets.send(now, packet, packet.marker(), sequence, timestamp, nowNs);
        } else if (filter.takes(at, timestamp)) {
            boolean mayEnd = !packet.marker() && filter.mayEndPicture(at);
            boolean ends = packet.marker() || filter.endsPicture(at);
            release(now, sequence, timestamp == heldTimestamp, nowNs);
            if (mayEnd && heldSequence == NOTHING && hold(now, sequence, timestamp, nowNs)) {
                return;
            }
            packets.send(now, packet, ends, sequence, timestamp, nowNs);
        } else {
            release(now, sequence, false, nowNs);
            packets.leaveOut(now, packet, sequence, timestamp, nowNs);
        }
    }

    /** Waits for the source's next packet, which tells whether this one is the viewer's last of its picture. */
    private boolean hold(Segment now, long sequence, long timestamp, long nowNs) {
        PacketHistory history = now.input().history();
        if (history == null || history.find(sequence, nowNs) == null) {
            return false;
        }
        heldSequence = sequence;
        heldTimestamp = timestamp;
        return true;
    }

    /** Sends what is held. That its picture goes on is seen by the next packet, which then is {@code samePicture}; a gap leaves it open. */
    private void release(Segment now, long nextSequence, boolean samePicture, long nowNs) {
        long sequence = heldSequence;
        PacketHistory history = now.input().history();
        if (sequence == NOTHING || nextSequence < sequence || history == null) {
            return;
        }
        heldSequence = NOTHING;
        RtpPacket packet = history.find(sequence, nowNs);
        if (packet != null) {
            packets.send(now, packet, nextSequence == sequence + 1 && !samePicture, sequence, heldTimestamp, nowNs);
        }
    }

    /** Of a source with scalable layers, sends those up to these from its next pictures on; 7 for all. */
    public void limit(int spatial, int temporal, long nowNs) {
        Segment now = current;
        if (filter.want(spatial, temporal) && pending == null && now != null && filter.waits()) {
            listener.onKeyFrameWanted(now.input().source(), nowNs);
        }
    }

    private void switchTo(Input next, RtpPacket packet, long sequence, long timestamp, long nowNs) {
        Segment old = current;
        if (old != null) {
            release(old, Long.MAX_VALUE, false, nowNs);
        }
        heldSequence = NOTHING;
        filter.restart();
        current = packets.begin(next, old, haste, packet, sequence, timestamp, nowNs);
        pending = null;
        workingSet = null;
        switches++;
        if (old != null && old.input().source != next.source) {
            old.input().source.removeListener(this);
        }
        listener.onSwitched(next.source, nowNs);
    }

    @Override
    public void onRestart(RtpIncomingSourceGroup source, boolean sameClock, long nowNs) {
        Segment now = current;
        if (sameClock || now == null || now.input().source != source) {
            return; // numbers go on, and a source that is waited for may start anew
        }
        // A new encoder: nothing decodes before its key frame, and its clock is another.
        current = null;
        if (pending == null) {
            pending = now.input();
            listener.onKeyFrameWanted(source, nowNs);
        } else {
            source.removeListener(this);
        }
    }

    @Override
    public void onEnded(RtpIncomingSourceGroup source, long nowNs) {
        Input waiting = pending;
        Segment now = current;
        if (waiting != null && waiting.source == source) {
            pending = null;
        }
        if (now != null && now.input().source == source) {
            current = null;
        }
        source.removeListener(this);
        if (pending == null && current == null) {
            listener.onEnded(nowNs);
        }
    }

    /**
     * Sends a packet again, as RTX where the viewer takes it (RFC 4588 §4).
     *
     * @param sequenceNumber as the viewer names it, 0 to 65535
     * @return bytes sent, 0 when it is not in the history any more
     */
    public int resend(int sequenceNumber, long nowNs) {
        return packets.resend(sequenceNumber, nowNs);
    }

    /** Sends one of the newest packets again as RTX, unasked: a probe of the path. @return its bytes, 0 without RTX or history */
    public int pad(long nowNs) {
        return packets.pad(nowNs);
    }

    /** The timestamp that the forwarded source's unwrapped {@code timestamp} leaves with. */
    public long outgoingTimestamp(long timestamp) {
        Segment now = current;
        return now == null ? timestamp : timestamp + now.timestampShift();
    }

    /** The timestamp that media of {@code nowNs} would leave with, by when the last packet was sent: where no sender report tells. */
    public long timestampAt(long nowNs) {
        return packets.timestampAt(nowNs);
    }

    /** What is forwarded, or null before the first key frame. */
    public @Nullable RtpIncomingSourceGroup source() {
        Segment now = current;
        return now == null ? null : now.input().source;
    }

    /** First transmissions. */
    public long packets() {
        return packets.packets();
    }

    /** Payload bytes of first transmissions, as a sender report counts them (RFC 3550 §6.4.1). */
    public long payloadBytes() {
        return packets.payloadBytes();
    }

    /** Packets sent again. */
    public long retransmitted() {
        return packets.retransmitted();
    }

    /** Packets sent again that nobody asked for. */
    public long padding() {
        return packets.padding();
    }

    /** Packets not forwarded: before a key frame, from before a switch, too large. */
    public long dropped() {
        return packets.dropped();
    }

    /** How often a source took the place of another, the first included. */
    public long switches() {
        return switches;
    }
}
