package io.mediatool.core.server.sound;

import io.mediatool.core.audio.transcode.Transcoder;
import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.codec.MediaFrame;
import io.mediatool.core.codec.Packetizer;
import io.mediatool.core.codec.RtpFormat;
import io.mediatool.core.codec.catalog.CodecCatalog;
import io.mediatool.core.rtp.RtpPacket;
import io.mediatool.core.server.Counters;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** The frames of one source on their way through a transcoder: given on the loop, worked on one after the other by whichever thread is free. */
final class SoundWork {
    /** Of frames that wait: more than a second. What comes then is dropped, until there is room. */
    static final int MAX_WAITING = 64;
    /** After so many others have their turn. */
    private static final int TURN = 8;

    private static final int MAX_PAYLOAD_BYTES = 1_200;

    private final RtpFormat format;
    private final Executor workers;
    private final Sink sink;
    private final Queue<Job> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicInteger frames = new AtomicInteger();
    private final AtomicBoolean running = new AtomicBoolean();
    private volatile boolean stopped;
    private volatile Seen seen = new Seen(0, 0, 0, 0);
    private @Nullable Transcoder transcoder; // the worker's, as are the two below
    private @Nullable Packetizer packetizer;
    private Seen before = new Seen(0, 0, 0, 0);
    private boolean gap; // the loop's, as are those below
    private long dropped;
    private long delayNs;
    private long mostDelayNs;

    /** Takes what was made, on any thread, in order. */
    interface Sink {
        void onMade(List<Made> made);
    }

    /** Something for the worker to do, in its turn. */
    private interface Job {
        void run(List<Made> made);
    }

    private record Seen(long framesIn, long framesOut, long broken, double silentMs) {}

    /** What comes out. */
    sealed interface Made {}

    /**
     * @param data a packet with room for the header
     * @param queuedNs when the frame that it was made of was queued; 0 for what was inside at an end
     */
    record Packet(byte[] data, boolean marker, long timestamp, long queuedNs) implements Made {}

    /** The times of what follows have nothing to do with those before, unless it is of the same clock. */
    record Restart(boolean sameClock) implements Made {}

    /** The last. */
    record End() implements Made {}

    SoundWork(RtpFormat format, Executor workers, Sink sink) {
        this.format = format;
        this.workers = workers;
        this.sink = sink;
    }

    /** Frames have this clock. */
    void begin(int clockRate) {
        add(made -> open(clockRate));
    }

    /** What follows has nothing to do with what was before. */
    void restart(int clockRate, boolean sameClock) {
        gap = false;
        add(made -> {
            Transcoder past = transcoder;
            if (past != null) {
                past.restart(new Output(made, 0));
                before = seen(past);
            }
            made.add(new Restart(sameClock));
            open(clockRate);
        });
    }

    void frame(MediaFrame frame, boolean afterLoss, long nowNs) {
        if (frames.get() >= MAX_WAITING) {
            dropped++;
            gap = true;
            return;
        }
        boolean missing = afterLoss || gap;
        gap = false;
        frames.incrementAndGet();
        add(made -> {
            frames.decrementAndGet();
            Transcoder now = transcoder;
            if (now != null) {
                now.onFrame(frame, missing, new Output(made, nowNs));
            }
        });
    }

    /** Nothing more comes; {@link End} comes last. */
    void end() {
        add(made -> {
            Transcoder now = transcoder;
            if (now != null) {
                now.flush(new Output(made, 0));
            }
            made.add(new End());
        });
    }

    /** What waits is forgotten. */
    void stop() {
        stopped = true;
        waiting.clear();
    }

    private void add(Job job) {
        waiting.add(job);
        start();
    }

    private void start() {
        if (!waiting.isEmpty() && running.compareAndSet(false, true)) {
            try {
                workers.execute(this::work);
            } catch (RejectedExecutionException e) {
                stopped = true; // the process is ending
            }
        }
    }

    private void work() {
        List<Made> made = new ArrayList<>();
        try {
            for (int i = 0; i < TURN && !stopped; i++) {
                Job job = waiting.poll();
                if (job == null) {
                    break;
                }
                job.run(made);
            }
            Transcoder now = transcoder;
            if (now != null) {
                seen = seen(now);
            }
        } finally {
            if (!made.isEmpty()) {
                sink.onMade(made); // before another thread goes on
            }
            running.set(false);
            if (!stopped) {
                start();
            }
        }
    }

    private void open(int clockRate) {
        transcoder = new Transcoder(format.codec(), clockRate, format.clockRate());
        packetizer = CodecCatalog.of(format.codec()).packetizer(format, MAX_PAYLOAD_BYTES);
    }

    /** What {@code now} and those before it have done. */
    private Seen seen(Transcoder now) {
        return new Seen(
                before.framesIn + now.framesIn(),
                before.framesOut + now.framesOut(),
                before.broken + now.broken(),
                before.silentMs + now.silentMs());
    }

    private final class Output implements Transcoder.Output {
        private final List<Made> made;
        private final long queuedNs;

        Output(List<Made> made, long queuedNs) {
            this.made = made;
            this.queuedNs = queuedNs;
        }

        @Override
        public void onFrame(byte[] frame, long timestamp) {
            Packetizer to = packetizer;
            if (to == null) {
                return;
            }
            try {
                to.packetize(
                        new MediaFrame(frame, timestamp, 0, true, null, false),
                        (data, offset, length, marker, ahead) -> {
                            byte[] packet = new byte[RtpPacket.HEADER_BYTES + length];
                            System.arraycopy(data, offset, packet, RtpPacket.HEADER_BYTES, length);
                            made.add(new Packet(packet, marker, timestamp + ahead, queuedNs));
                        });
            } catch (MalformedException e) {
                throw new IllegalStateException("a frame of our own", e);
            }
        }

        @Override
        public void onRestart() {
            made.add(new Restart(true));
        }
    }

    /** On the loop. */
    void onDelivered(List<Made> made, long nowNs) {
        for (Made each : made) {
            if (each instanceof Packet packet && packet.queuedNs > 0) {
                delayNs = nowNs - packet.queuedNs;
                mostDelayNs = Math.max(mostDelayNs, delayNs);
            }
        }
    }

    /** On the loop. */
    void addCounters(Counters counters) {
        Seen now = seen;
        counters.add("framesIn", now.framesIn);
        counters.add("framesOut", now.framesOut);
        counters.add("framesBroken", now.broken);
        counters.add("framesDropped", dropped);
        counters.add("silenceMs", Math.round(now.silentMs));
        counters.max("delayMs", delayNs / 1_000_000.0);
        counters.max("delayMsMax", mostDelayNs / 1_000_000.0);
    }
}
