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
    private @Nullable Transcoder transcoder; // the worker's, as are those below
    private @Nullable Packetizer packetizer;
    private long inBefore;
    private long outBefore;
    private long brokenBefore;
    private long silentBefore;
    private boolean gap;
    private long dropped;
    private long delayNs;
    private long mostDelayNs;

    /** Takes what was made, on any thread, in order. */
    interface Sink {
        void onMade(List<Made> made);
    }

    private enum Task {
        FRAME,
        BEGIN,
        END
    }

    private record Job(
            Task task,
            @Nullable MediaFrame frame,
            boolean afterLoss,
            int clockRate,
            boolean restart,
            boolean sameClock,
            long nowNs) {}

    private record Seen(long framesIn, long framesOut, long broken, long silentSamples) {}

    /** What is to be done with a {@link Made}. */
    enum Kind {
        PACKET,
        RESTART,
        END
    }

    /**
     * @param data a packet with room for the header
     * @param queuedNs when the frame that it was made of was queued
     */
    record Made(Kind kind, byte[] data, boolean marker, long timestamp, boolean sameClock, long queuedNs) {}

    SoundWork(RtpFormat format, Executor workers, Sink sink) {
        this.format = format;
        this.workers = workers;
        this.sink = sink;
    }

    /** Frames have this clock. */
    void begin(int clockRate) {
        add(new Job(Task.BEGIN, null, false, clockRate, false, false, 0));
    }

    /** What follows has nothing to do with what was before. */
    void restart(int clockRate, boolean sameClock) {
        gap = false;
        add(new Job(Task.BEGIN, null, false, clockRate, true, sameClock, 0));
    }

    void frame(MediaFrame frame, boolean afterLoss, long nowNs) {
        if (frames.get() >= MAX_WAITING) {
            dropped++;
            gap = true;
            return;
        }
        frames.incrementAndGet();
        add(new Job(Task.FRAME, frame, afterLoss || gap, 0, false, false, nowNs));
        gap = false;
    }

    /** Nothing more comes; {@link Kind#END} comes last. */
    void end() {
        add(new Job(Task.END, null, false, 0, false, false, 0));
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
                frames.addAndGet(job.task == Task.FRAME ? -1 : 0);
                work(job, made);
            }
            Transcoder now = transcoder;
            if (now != null) {
                seen = new Seen(
                        inBefore + now.framesIn(),
                        outBefore + now.framesOut(),
                        brokenBefore + now.broken(),
                        silentBefore + now.silentSamples());
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

    private void work(Job job, List<Made> made) {
        Output output = new Output(made, job.nowNs);
        Transcoder now = transcoder;
        switch (job.task) {
            case BEGIN -> {
                if (now != null) {
                    now.restart(output);
                    count(now);
                }
                if (job.restart) {
                    made.add(new Made(Kind.RESTART, new byte[0], false, 0, job.sameClock, 0));
                }
                transcoder = new Transcoder(format.codec(), job.clockRate, format.clockRate());
                packetizer = CodecCatalog.of(format.codec()).packetizer(format, MAX_PAYLOAD_BYTES);
            }
            case FRAME -> {
                MediaFrame frame = job.frame;
                if (now != null && frame != null) {
                    now.onFrame(frame, job.afterLoss, output);
                }
            }
            case END -> {
                if (now != null) {
                    now.flush(output);
                }
                made.add(new Made(Kind.END, new byte[0], false, 0, false, 0));
            }
        }
    }

    private void count(Transcoder past) {
        inBefore += past.framesIn();
        outBefore += past.framesOut();
        brokenBefore += past.broken();
        silentBefore += past.silentSamples();
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
                            made.add(new Made(Kind.PACKET, packet, marker, timestamp + ahead, false, queuedNs));
                        });
            } catch (MalformedException e) {
                throw new IllegalStateException("a frame of our own", e);
            }
        }

        @Override
        public void onRestart() {
            made.add(new Made(Kind.RESTART, new byte[0], false, 0, true, 0));
        }
    }

    /** On the loop. */
    void onDelivered(List<Made> made, long nowNs) {
        for (Made each : made) {
            if (each.queuedNs > 0) {
                delayNs = nowNs - each.queuedNs;
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
        counters.add(
                "silenceMs",
                now.silentSamples
                        / (format.clockRate() == 48_000
                                ? 48
                                : format.codec() == io.mediatool.core.codec.Codec.G722 ? 16 : 8));
        counters.max("delayMs", delayNs / 1_000_000.0);
        counters.max("delayMsMax", mostDelayNs / 1_000_000.0);
    }
}
