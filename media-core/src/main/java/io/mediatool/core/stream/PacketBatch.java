package io.mediatool.core.stream;

import io.mediatool.core.rtp.RtpPacket;
import io.mediatool.core.stream.RtpIncomingSourceGroup.Listener;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The packets of a turn, kept until its end for those who forward them. Each forwarder then gets all of a source's packets in one go:
 * what it is made of is fetched into the processor's cache once for all of them, and they leave while they are still there.
 *
 * <p>One for all the sources of a port; belongs to one loop's thread. What is kept is bounded: when it is full it is delivered at once.
 */
public final class PacketBatch {
    static final int MAX_PACKETS = 64;
    private static final int FIRST_BYTES = 1_536;
    /**
     * Packets that are given before those who got them send: their bytes stay in the cache, and the code of neither
     * side is driven out of it each time.
     */
    private static final int PACKETS_BEFORE_SENDING = 16;

    /** Forwarders whose working sets are fetched together: some of what they need must not be driven out again before they are served. */
    private static final int FETCHED_TOGETHER = 16;

    private final Runnable onFirst;
    private final List<Slot> slots = new ArrayList<>();
    private final List<Forwarders> waiting = new ArrayList<>();
    private int used;
    private boolean delivering;

    /** One packet with bytes of its own, and the next of the same source. */
    static final class Slot {
        private final RtpPacket packet = new RtpPacket();
        private byte[] bytes = new byte[FIRST_BYTES];
        private long sequence;
        private long timestamp;
        private long arrivalNs;
        private @Nullable Slot next;

        RtpPacket packet() {
            return packet;
        }
    }

    /** @param onFirst called when there is something to be delivered: {@link #deliver} must follow before the turn ends */
    public PacketBatch(Runnable onFirst) {
        this.onFirst = onFirst;
    }

    /** Copies a packet. @return null while packets are being delivered: what is made of them goes on at once */
    private @Nullable Slot keep(RtpPacket packet, long sequence, long timestamp, long nowNs) {
        if (used == MAX_PACKETS) {
            deliver();
        }
        if (delivering) {
            return null;
        }
        if (used == slots.size()) {
            slots.add(new Slot());
        }
        Slot slot = slots.get(used++);
        if (packet.length() > slot.bytes.length) {
            slot.bytes = new byte[packet.length()];
        }
        slot.packet.copyOf(packet, slot.bytes);
        slot.sequence = sequence;
        slot.timestamp = timestamp;
        slot.arrivalNs = nowNs;
        slot.next = null;
        return slot;
    }

    private void add(Forwarders forwarders) {
        waiting.add(forwarders);
        if (waiting.size() == 1) {
            onFirst.run();
        }
    }

    /** Gives everything to those who wait for it. */
    public void deliver() {
        if (delivering || used == 0) {
            return;
        }
        delivering = true;
        RuntimeException failure = null;
        for (int i = 0; i < waiting.size(); i++) {
            try {
                waiting.get(i).deliver();
            } catch (RuntimeException bug) {
                failure = bug; // the other sources' packets must not suffer
            }
        }
        waiting.clear();
        used = 0;
        delivering = false;
        if (failure != null) {
            throw failure;
        }
    }

    /**
     * Those who forward a source's packets, and what is kept for them. Who is added gets what comes from then on, and who is removed
     * nothing more, as if nothing were kept.
     */
    static final class Forwarders {
        private final RtpIncomingSourceGroup source;
        private @Nullable Listener[] all = {};
        private @Nullable Listener @Nullable [] told;
        private @Nullable PacketBatch batch;
        private @Nullable Slot first;
        private @Nullable Slot last;

        @SuppressWarnings("UnusedVariable") // what is not used is not read either
        private int fetched;

        Forwarders(RtpIncomingSourceGroup source) {
            this.source = source;
        }

        void keepIn(PacketBatch other) {
            batch = other;
        }

        void add(Listener forwarder) {
            deliver();
            all = Arrays.copyOf(all, all.length + 1);
            all[all.length - 1] = forwarder;
        }

        void remove(Listener forwarder) {
            deliver();
            all = Arrays.stream(all).filter(each -> each != forwarder).toArray(Listener[]::new);
            @Nullable Listener[] now = told;
            for (int i = 0; now != null && i < now.length; i++) {
                if (now[i] == forwarder) {
                    now[i] = null;
                }
            }
        }

        /** Makes a copy of a packet that waits for the turn's end, and is not yet in its place. @return null when it goes on at once */
        @Nullable Slot copy(RtpPacket packet, long sequence, long timestamp, long nowNs) {
            PacketBatch kept = batch;
            // One alone has nothing of it.
            return kept == null || all.length < 2 ? null : kept.keep(packet, sequence, timestamp, nowNs);
        }

        void keep(Slot slot) {
            Slot before = last;
            last = slot;
            if (before != null) {
                before.next = slot;
            } else {
                first = slot;
                Objects.requireNonNull(batch, "it has copied the packet").add(this);
            }
        }

        /** Gives what is kept. */
        void deliver() {
            Slot kept = first;
            if (kept == null) {
                return;
            }
            first = null;
            last = null;
            @Nullable Listener[] now = all;
            told = now;
            try {
                int sent = 0;
                int given = 0;
                for (int i = 0; i < now.length; i++) {
                    if (i % FETCHED_TOGETHER == 0) {
                        fetch(now, i, Math.min(i + FETCHED_TOGETHER, now.length));
                    }
                    given += give(kept, now, i);
                    if (given >= PACKETS_BEFORE_SENDING || i == now.length - 1) {
                        send(now, sent, i + 1);
                        sent = i + 1;
                        given = 0;
                    }
                }
            } finally {
                told = null;
            }
        }

        private void fetch(@Nullable Listener[] now, int from, int to) {
            int read = 0;
            for (int i = from; i < to; i++) {
                Listener forwarder = now[i];
                read += forwarder == null ? 0 : forwarder.workingSet().fetch();
            }
            fetched = read;
        }

        private int give(Slot kept, @Nullable Listener[] now, int index) {
            Listener forwarder = now[index];
            int given = 0;
            for (Slot slot = kept; slot != null && forwarder != null; slot = slot.next) {
                forwarder.onRtp(source, slot.packet, slot.sequence, slot.timestamp, slot.arrivalNs);
                forwarder = now[index]; // it may have left
                given++;
            }
            return given;
        }

        private void send(@Nullable Listener[] now, int from, int to) {
            for (int i = from; i < to; i++) {
                Listener forwarder = now[i];
                if (forwarder != null) {
                    forwarder.onBatchEnd(source);
                }
            }
        }

        /** Tells all of them something, after the packets before it. */
        void tell(Consumer<Listener> what) {
            deliver();
            for (Listener each : all) {
                if (each != null) {
                    what.accept(each);
                }
            }
        }

        /** Gives a packet that is not kept. */
        void pass(RtpPacket packet, long sequence, long timestamp, long nowNs) {
            deliver();
            for (Listener each : all) {
                if (each != null) {
                    each.onRtp(source, packet, sequence, timestamp, nowNs);
                }
            }
        }
    }
}
