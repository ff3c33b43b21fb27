package io.mediatool.core.stream;

import io.mediatool.core.bits.WorkingSet;
import io.mediatool.core.codec.MediaKind;
import io.mediatool.core.codec.RtpFormat;
import io.mediatool.core.rtp.RtpPacket;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The door by which every source publishes one track: whatever makes RTP packets (a socket, a player, a browser) hands
 * them to {@link #onRtp}, and whoever wants them listens. Unwraps numbers to 64 bits, drops duplicates and strays,
 * follows a sender that starts anew or changes its SSRC, and counts.
 *
 * <p>Belongs to one loop's thread. Packets are forwarded at once, in order of arrival: putting them in order is the
 * listener's business ({@link RtpReorderBuffer}), because only it knows how long it can wait.
 */
public final class RtpIncomingSourceGroup {
    private final MediaKind kind;
    private final List<RtpFormat> formats;
    private Listener[] listeners = {};
    private final PacketBatch.Forwarders forwarders;
    private final Succession succession = new Succession();
    private @Nullable RtpIncomingSource current;
    private boolean ended;

    private long packets;
    private long bytes;
    private long unknownPayloadType;
    private long strays;
    private long restarts;
    private long lostBefore;
    private long reorderedBefore;
    private long duplicatesBefore;
    private @Nullable SenderReport lastSenderReport;
    private @Nullable PendingReport pendingReport;

    private record PendingReport(int ssrc, long ntpTime, long rtpTimestamp) {}

    /** Takes a source's packets on the loop's thread. */
    public interface Listener {
        /**
         * One packet, as it arrived.
         *
         * @param packet borrowed and read-only until return
         * @param sequence its sequence number unwrapped to 64 bits, going on without a jump when the sender starts anew
         * @param timestamp its RTP timestamp unwrapped to 64 bits
         * @param nowNs monotonic arrival time
         */
        void onRtp(RtpIncomingSourceGroup source, RtpPacket packet, long sequence, long timestamp, long nowNs);

        /** An RTCP sender report told which wall-clock time belongs to which RTP timestamp. */
        default void onSenderReport(RtpIncomingSourceGroup source, SenderReport report, long nowNs) {}

        /**
         * The sender started anew. What comes next has no relation to what came before: not in sequence, and not in
         * time unless {@code sameClock}.
         *
         * @param sameClock whether it is the same SSRC after a jump of sequence numbers, so that timestamps may go on
         */
        default void onRestart(RtpIncomingSourceGroup source, boolean sameClock, long nowNs) {}

        /** The source is over; nothing more comes. */
        void onEnded(RtpIncomingSourceGroup source, long nowNs);

        /**
         * Whether it is one of many who send the packets on: it gets those of a turn in one go, at the turn's end, after those who are
         * told at once. What else there is to hear keeps its place between them. Always the same answer.
         */
        default boolean forwards() {
            return false;
        }

        /** What its next packets will need, as far as it is known; asked of those who {@link #forwards()} before they get the packets of a turn. */
        default WorkingSet workingSet() {
            return WorkingSet.EMPTY;
        }

        /** The packets of a turn have been given: a good moment to send them, while they are in the cache. */
        default void onBatchEnd(RtpIncomingSourceGroup source) {}
    }

    /**
     * Wall clock and media clock at one instant (RFC 3550 §6.4.1).
     *
     * @param ntpTime 32.32 fixed point, see {@link io.mediatool.core.rtp.NtpTime}
     * @param timestamp RTP timestamp of that instant, unwrapped to 64 bits like those of the packets
     */
    public record SenderReport(long ntpTime, long timestamp) {}

    /**
     * Counters since the start.
     *
     * @param packets delivered to listeners
     * @param bytes of their payloads
     * @param lost missing until now
     * @param reordered that arrived after a later one
     * @param duplicates dropped
     * @param strays dropped: far from the sequence, or of another SSRC while the current one goes on
     * @param unknownPayloadType dropped: the description does not have it
     * @param restarts how often the sender started anew
     */
    public record Snapshot(
            long packets,
            long bytes,
            long lost,
            long reordered,
            long duplicates,
            long strays,
            long unknownPayloadType,
            long restarts) {}

    /**
     * @param formats the payload types that may come, at least one
     */
    public RtpIncomingSourceGroup(MediaKind kind, List<RtpFormat> formats) {
        if (formats.isEmpty()) {
            throw new IllegalArgumentException("a source needs at least one format");
        }
        this.kind = kind;
        this.formats = List.copyOf(formats);
        this.forwarders = new PacketBatch.Forwarders(this);
    }

    public MediaKind kind() {
        return kind;
    }

    public List<RtpFormat> formats() {
        return formats;
    }

    /** The format of {@code payloadType}, or null when the description does not have it. */
    public @Nullable RtpFormat formatOf(int payloadType) {
        for (int i = 0; i < formats.size(); i++) {
            if (formats.get(i).payloadType() == payloadType) {
                return formats.get(i);
            }
        }
        return null;
    }

    /** Keeps packets for those who forward them in {@code kept}, whose owner delivers them at the end of each turn. */
    public void gather(PacketBatch kept) {
        forwarders.keepIn(kept);
    }

    public void addListener(Listener listener) {
        if (listener.forwards()) {
            forwarders.add(listener);
        } else {
            listeners = Arrays.copyOf(listeners, listeners.length + 1);
            listeners[listeners.length - 1] = listener;
        }
    }

    public void removeListener(Listener listener) {
        if (listener.forwards()) {
            forwarders.remove(listener);
        } else {
            listeners = Arrays.stream(listeners).filter(l -> l != listener).toArray(Listener[]::new);
        }
    }

    /** Takes a packet from the publisher. The packet is borrowed. */
    public void onRtp(RtpPacket packet, long nowNs) {
        onRtp(packet, null, nowNs);
    }

    /**
     * As {@link #onRtp(RtpPacket, long)}, where anybody can send.
     *
     * @param from who sent it; null when that is not known, or all the same
     */
    public void onRtp(RtpPacket packet, @Nullable InetAddress from, long nowNs) {
        if (ended) {
            return;
        }
        if (formatOf(packet.payloadType()) == null) {
            unknownPayloadType++;
            return;
        }
        RtpIncomingSource source = current;
        if (source == null) {
            source = new RtpIncomingSource(packet.ssrc());
            current = source;
            knowPendingReport(source, packet);
        }
        if (source.ssrc() == packet.ssrc()) {
            succession.onCurrent(from, nowNs);
            accept(source, packet, nowNs);
            if (pendingReport != null) {
                usePendingReport(nowNs);
            }
        } else {
            succeed(succession.onOther(packet, from, nowNs), nowNs);
        }
    }

    /** Takes an RTCP sender report. One that precedes the first packet of its SSRC is kept for it. */
    public void onSenderReport(int ssrc, long ntpTime, long rtpTimestamp, long nowNs) {
        RtpIncomingSource source = current;
        if (ntpTime == 0 || ended) {
            return;
        }
        if (source == null || source.ssrc() != ssrc) {
            pendingReport = new PendingReport(ssrc, ntpTime, rtpTimestamp);
            return;
        }
        var report = new SenderReport(ntpTime, source.timestamps().peek(rtpTimestamp));
        tellReport(report, nowNs);
    }

    private void tellReport(SenderReport report, long nowNs) {
        forwarders.deliver();
        lastSenderReport = report;
        tellAll(listener -> listener.onSenderReport(this, report, nowNs));
    }

    private void tellAll(Consumer<Listener> what) {
        forwarders.deliver();
        for (Listener listener : listeners) {
            what.accept(listener);
        }
        forwarders.tell(what);
    }

    /**
     * Delivers what another group has delivered on another loop: duplicates and strays are gone, numbers unwrapped. A group gets its
     * packets either so or by {@link #onRtp}.
     */
    public void relay(RtpPacket packet, long sequence, long timestamp, long nowNs) {
        if (ended) {
            return;
        }
        tell(packet, sequence, timestamp, nowNs);
    }

    /** As {@link #relay}, for a sender report. */
    public void relayReport(SenderReport report, long nowNs) {
        tellReport(report, nowNs);
    }

    /** As {@link #relay}, for a restart. */
    public void relayRestart(boolean sameClock, long nowNs) {
        forwarders.deliver();
        lastSenderReport = sameClock ? lastSenderReport : null;
        restart(sameClock, nowNs);
    }

    /** Takes an RTCP BYE: ends this source when it is of the current SSRC and no other has taken its place. */
    public void onBye(int ssrc, long nowNs) {
        RtpIncomingSource source = current;
        if (source == null || source.ssrc() != ssrc) {
            return;
        }
        if (!succeed(succession.onBye(nowNs), nowNs)) {
            end(nowNs);
        }
    }

    /** Ends the source; harmless when repeated. */
    public void end(long nowNs) {
        if (ended) {
            return;
        }
        succeed(succession.onEnd(nowNs), nowNs);
        forwarders.deliver();
        ended = true;
        tellAll(listener -> listener.onEnded(this, nowNs));
    }

    public boolean isEnded() {
        return ended;
    }

    /** The current SSRC, or 0 before the first packet. */
    public int ssrc() {
        RtpIncomingSource source = current;
        return source == null ? 0 : source.ssrc();
    }

    /** What has to be taken from an unwrapped sequence number to have the sender's own in its low 16 bits: for NACKs. */
    public long sequenceShift() {
        RtpIncomingSource source = current;
        return source == null ? 0 : source.sequenceShift();
    }

    /** The newest sender report of the current SSRC, or null. */
    public @Nullable SenderReport lastSenderReport() {
        return lastSenderReport;
    }

    public Snapshot snapshot() {
        RtpIncomingSource source = current;
        return new Snapshot(
                packets,
                bytes,
                lostBefore + (source == null ? 0 : source.lost()),
                reorderedBefore + (source == null ? 0 : source.reordered()),
                duplicatesBefore + (source == null ? 0 : source.duplicates()),
                strays + succession.strays(),
                unknownPayloadType,
                restarts);
    }

    private void accept(RtpIncomingSource source, RtpPacket packet, long nowNs) {
        if (!source.isPlausible(packet)) {
            RtpPacket kept = source.stray();
            if (!source.confirmsJump(packet, nowNs)) {
                strays += kept == null ? 0 : 1;
                return;
            }
            long keptArrivalNs = source.strayArrivalNs();
            source.jump();
            restart(true, nowNs);
            if (kept != null) {
                deliver(source, kept, keptArrivalNs);
            }
        }
        deliver(source, packet, nowNs);
    }

    private void deliver(RtpIncomingSource source, RtpPacket packet, long nowNs) {
        long sequence = source.sequence(packet);
        RtpLostPackets.Arrival arrival = source.note(sequence);
        if (arrival == RtpLostPackets.Arrival.DUPLICATE) {
            return;
        }
        if (arrival == RtpLostPackets.Arrival.TOO_OLD) {
            strays++;
            return;
        }
        tell(packet, sequence, source.timestamps().unwrap(packet.timestamp()), nowNs);
    }

    private void tell(RtpPacket arrived, long sequence, long timestamp, long nowNs) {
        packets++;
        bytes += arrived.payloadLength();
        PacketBatch.Slot slot = forwarders.copy(arrived, sequence, timestamp, nowNs);
        RtpPacket packet = slot == null ? arrived : slot.packet();
        for (Listener listener : listeners) {
            listener.onRtp(this, packet, sequence, timestamp, nowNs);
        }
        if (slot != null) {
            forwarders.keep(slot);
        } else {
            forwarders.pass(packet, sequence, timestamp, nowNs);
        }
    }

    /** Gives what is kept to those who forward it: for whoever changes what they take it for before the turn ends. */
    public void deliver() {
        forwarders.deliver();
    }

    /** Has {@code next}, when there is one, take the place of the current one. @return whether it does */
    private boolean succeed(Succession.@Nullable Candidate next, long nowNs) {
        RtpIncomingSource old = current;
        if (next == null || old == null) {
            return false;
        }
        forwarders.deliver();
        lostBefore += old.lost();
        reorderedBefore += old.reordered();
        duplicatesBefore += old.duplicates();
        lastSenderReport = null;
        var source = new RtpIncomingSource(next.ssrc());
        source.continueAt(old.highest() + 1);
        current = source;
        restart(false, nowNs);
        next.forEach((packet, arrivalNs) -> accept(source, packet, arrivalNs));
        usePendingReport(nowNs);
        return true;
    }

    /** Whoever forwards the first packet may want to say before it when it was captured. Listeners are told after it, as ever. */
    private void knowPendingReport(RtpIncomingSource source, RtpPacket first) {
        PendingReport report = pendingReport;
        if (report != null && report.ssrc == source.ssrc()) {
            source.timestamps().unwrap(first.timestamp());
            lastSenderReport =
                    new SenderReport(report.ntpTime, source.timestamps().peek(report.rtpTimestamp));
        }
    }

    /** Uses a report that came before the first packet of its SSRC, as FFmpeg sends it. */
    private void usePendingReport(long nowNs) {
        RtpIncomingSource source = current;
        PendingReport report = pendingReport;
        if (report != null && source != null && report.ssrc == source.ssrc()) {
            pendingReport = null;
            onSenderReport(report.ssrc, report.ntpTime, report.rtpTimestamp, nowNs);
        }
    }

    private void restart(boolean sameClock, long nowNs) {
        restarts++;
        tellAll(listener -> listener.onRestart(this, sameClock, nowNs));
    }
}
