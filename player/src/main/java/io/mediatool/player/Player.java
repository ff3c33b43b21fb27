package io.mediatool.player;

import io.mediatool.core.loop.Timer;
import io.mediatool.core.rtp.NtpTime;
import io.mediatool.core.server.IncomingStream;
import io.mediatool.core.server.IncomingStreamTrack;
import io.mediatool.core.server.Room;
import io.mediatool.player.pace.PacedFrame;
import io.mediatool.player.pace.Pacer;
import io.mediatool.player.pace.TrackSender;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Plays files into a room as one stream. All methods are for any thread. */
public final class Player {
    /** What is read at a time: small enough that stopping is quick, large enough that hops between threads cost nothing. */
    private static final int BATCH_BYTES = 1 << 20;

    private static final int BATCH_FRAMES = 256;
    private static final int BATCH_SAMPLES = 4096;
    private static final long STARTING_NS = 1_000_000_000L;
    private static final long PROGRESS_INTERVAL_NS = 100_000_000;

    static final Listener SILENT = new Silent();

    private final Room room;
    private final String streamName;
    private final PlayerOptions options;
    private final InstantSource wallClock;
    private final Executor files;
    private final Listener listener;
    private final PlayPlan plan;
    private final List<TrackPackets> packets = new ArrayList<>();
    private final FrameReader reader; // the file thread's
    private final AtomicBoolean started = new AtomicBoolean();
    private final AtomicBoolean paused = new AtomicBoolean();
    private final CompletableFuture<PlayerSummary> done = new CompletableFuture<>();
    private volatile PlayerProgress progress;

    // From here on the loop's.
    private final List<TrackSender> senders = new ArrayList<>();
    private final Warnings loopWarnings;
    private @Nullable IncomingStream stream;
    private @Nullable Pacer pacer;
    private @Nullable Timer progressTimer;
    private @Nullable String failure;
    private int rounds;
    private long[] skipped;
    private boolean over;

    /** Learns what happens, on the loop or on the file thread. Must return soon and not throw. */
    public interface Listener {
        /** One clear line about something that is not as it should be; playing goes on. Rate limited. */
        void onWarning(String line);

        /** A file cannot be read any further; what was read is still played, then {@link #onEnded} follows. */
        void onFailed(IOException cause);

        /** The stream is over: everything was sent, or {@link Player#stop} was called. */
        void onEnded();
    }

    /** What a batch of frames brings along from the file thread. */
    private record Batch(
            List<PacedFrame> frames,
            boolean last,
            int rounds,
            long[] skipped,
            @Nullable IOException failure) {}

    private Player(
            Room room,
            String streamName,
            PlayerOptions options,
            InstantSource wallClock,
            RandomGenerator random,
            Executor files,
            Listener listener,
            PlayPlan plan) {
        this.room = room;
        this.streamName = streamName;
        this.options = options;
        this.wallClock = wallClock;
        this.files = files;
        this.listener = listener;
        this.plan = plan;
        this.loopWarnings = new Warnings(listener);
        this.skipped = new long[plan.tracks().size()];
        for (PlannedTrack track : plan.tracks()) {
            // RFC 3550 §5.1: SSRC, first sequence number and first timestamp are random.
            packets.add(new TrackPackets(
                    track,
                    options.maxPacketBytes(),
                    random.nextInt(),
                    random.nextInt() & 0xffff_ffffL,
                    random.nextInt(0x1_0000)));
        }
        this.reader = new FrameReader(plan, options.loops(), limitNs(), packets, new Warnings(listener));
        this.progress = new PlayerProgress(0, totalNs(), 0, 0, 0);
    }

    /**
     * Reads what the files are and decides what to send. Blocks on the disk; not for the loop's thread.
     *
     * @param room where to publish
     * @param streamName the stream's name there
     * @param wallClock for sender reports
     * @param random for SSRCs, first sequence numbers and timestamps
     * @param files where all reading happens from then on, one task at a time
     * @throws IOException in one line: a file that cannot be opened or is no MP4, nothing playable in the list, files that
     *     do not go together in one stream
     */
    public static Player open(
            Room room,
            String streamName,
            PlayerOptions options,
            InstantSource wallClock,
            RandomGenerator random,
            Executor files,
            Listener listener)
            throws IOException {
        PlayPlan plan = PlayPlan.of(options, new Warnings(listener));
        return new Player(room, streamName, options, wallClock, random, files, listener, plan);
    }

    /** What is played, pictures first. */
    public List<PlayerTrackInfo> tracks() {
        return plan.tracks().stream().map(PlannedTrack::info).toList();
    }

    /**
     * Publishes the stream with all its tracks and plays.
     *
     * @throws IllegalStateException when called before
     */
    public void start() {
        if (!started.compareAndSet(false, true)) {
            throw new IllegalStateException("started before");
        }
        room.loop().execute(this::begin);
    }

    /**
     * Holds still: nothing is sent, the stream stays. Its clock goes on, as that of a camera whose picture is held.
     *
     * @return whether it was not so before
     */
    public boolean pause() {
        return hold(true);
    }

    /** Goes on where {@link #pause} held. @return whether it was held */
    public boolean resume() {
        return hold(false);
    }

    public boolean isPaused() {
        return paused.get();
    }

    private boolean hold(boolean still) {
        boolean changes = paused.compareAndSet(!still, still);
        if (changes) {
            try {
                room.loop().execute(this::applyPause);
            } catch (RejectedExecutionException e) {
                return false; // the loop is closed: nobody plays any more
            }
        }
        return changes;
    }

    private void applyPause() {
        Pacer playing = pacer;
        if (playing != null && paused.get()) {
            playing.pause();
        } else if (playing != null) {
            playing.resume();
        }
    }

    /** Ends the stream; harmless when repeated. */
    public void stop() {
        try {
            room.loop().execute(this::finish);
        } catch (RejectedExecutionException e) {
            closeFiles(summary()); // the loop is closed: nobody plays any more
        }
    }

    /** Completes when the stream is over and the files are closed. Never exceptionally. */
    public CompletableFuture<PlayerSummary> done() {
        return done.copy();
    }

    /** A snapshot at most a tenth of a second old. Cheap. */
    public PlayerProgress progress() {
        return progress;
    }

    private void begin() {
        if (over) {
            return;
        }
        IncomingStream published = room.publish(streamName);
        stream = published;
        for (PlannedTrack track : plan.tracks()) {
            TrackPackets cut = packets.get(track.index());
            IncomingStreamTrack made = published.addTrack(track.kind(), List.of(track.format()));
            senders.add(new TrackSender(made.source(), cut.ssrc(), cut.clockRate(), cut.firstTimestamp()));
        }
        published.addListener(new Replaced());
        long startNtp = NtpTime.ofInstant(wallClock.instant());
        pacer = new Pacer(room.loop(), options.speed(), senders, startNtp, new Feeder());
        pacer.start();
        applyPause();
        tick(room.loop().nowNs());
    }

    private void tick(long nowNs) {
        if (!over) {
            progress = reached();
            progressTimer = room.loop().schedule(nowNs + PROGRESS_INTERVAL_NS, this::tick);
        }
    }

    /** On the file thread. */
    private void readBatch() {
        List<PacedFrame> frames = new ArrayList<>();
        boolean last = false;
        IOException failed = null;
        try {
            long bytes = 0;
            for (int i = 0; i < BATCH_SAMPLES && !last && frames.size() < BATCH_FRAMES && bytes < BATCH_BYTES; i++) {
                int before = frames.size();
                last = !reader.read(frames);
                for (int j = before; j < frames.size(); j++) {
                    bytes += frames.get(j).data().length;
                }
            }
        } catch (IOException e) {
            failed = e;
        } catch (RuntimeException e) {
            // A bug of ours must end this player with a word, not leave it waiting for frames for ever.
            failed = new IOException("internal error while reading " + plan.files() + ": " + e, e);
        }
        var batch = new Batch(frames, last || failed != null, reader.rounds(), reader.skipped(), failed);
        try {
            room.loop().execute(() -> take(batch));
        } catch (RejectedExecutionException e) {
            closeFiles(summary());
        }
    }

    private void take(Batch batch) {
        Pacer playing = pacer;
        if (over || playing == null) {
            return;
        }
        rounds = batch.rounds;
        skipped = batch.skipped;
        if (batch.failure != null) {
            failure = batch.failure.getMessage();
            listener.onFailed(batch.failure);
        }
        playing.onFrames(batch.frames, batch.last);
    }

    private void finish() {
        if (over) {
            return;
        }
        over = true;
        progress = reached();
        if (progressTimer != null) {
            progressTimer.cancel();
        }
        if (pacer != null) {
            pacer.stop();
        }
        PlayerSummary summary = summary();
        IncomingStream published = stream;
        if (published != null) {
            room.unpublish(published);
        }
        listener.onEnded();
        closeFiles(summary);
    }

    private void closeFiles(PlayerSummary summary) {
        Runnable close = () -> {
            try {
                reader.close();
            } catch (IOException e) {
                loopWarnings.say("closing a file failed: " + e.getMessage());
            }
            done.complete(summary);
        };
        try {
            files.execute(close);
        } catch (RejectedExecutionException e) {
            done.complete(summary);
        }
    }

    private PlayerProgress reached() {
        long frames = 0;
        long sent = 0;
        long bytes = 0;
        for (TrackSender sender : senders) {
            frames += sender.frames();
            sent += sender.packets();
            bytes += sender.bytes();
        }
        return new PlayerProgress(positionNs(), totalNs(), frames, sent, bytes);
    }

    private long positionNs() {
        Pacer playing = pacer;
        return playing == null ? 0 : Math.max(0, playing.positionNs());
    }

    private PlayerSummary summary() {
        List<PlayerTrackSummary> tracks = new ArrayList<>();
        for (PlannedTrack track : plan.tracks()) {
            int i = track.index();
            boolean begun = i < senders.size();
            tracks.add(new PlayerTrackSummary(
                    track.id(),
                    track.format().codec(),
                    begun ? senders.get(i).frames() : 0,
                    begun ? senders.get(i).packets() : 0,
                    begun ? senders.get(i).bytes() : 0,
                    skipped[i]));
        }
        return new PlayerSummary(options.files(), progress.positionNs(), rounds, tracks, failure);
    }

    private long limitNs() {
        return options.duration() == null ? Long.MAX_VALUE : options.duration().toNanos();
    }

    private long totalNs() {
        long all = options.loops() == 0 ? 0 : plan.roundNs() * options.loops();
        return options.duration() == null ? all : all == 0 ? limitNs() : Math.min(all, limitNs());
    }

    private final class Feeder implements Pacer.Owner {
        @Override
        public void onWanted() {
            try {
                files.execute(Player.this::readBatch);
            } catch (RejectedExecutionException e) {
                failure = "the file thread is gone";
                room.loop().execute(Player.this::finish);
            }
        }

        @Override
        public void onLate(long lateNs) {
            if (positionNs() < STARTING_NS) {
                return; // a virtual machine that warms up, and nothing is lost by it
            }
            loopWarnings.count(
                    "late",
                    streamName + ": playing fell behind by " + lateNs / 1_000_000
                            + " ms (slow disk or busy machine) and goes on later by that");
        }

        @Override
        public void onFinished() {
            finish();
        }
    }

    /** Somebody else published under our name, or the room was closed. */
    private final class Replaced implements IncomingStream.Listener {
        @Override
        public void onTrack(IncomingStream published, IncomingStreamTrack track) {}

        @Override
        public void onEnded(IncomingStream published, long nowNs) {
            finish();
        }
    }

    private static final class Silent implements Listener {
        @Override
        public void onWarning(String line) {}

        @Override
        public void onFailed(IOException cause) {}

        @Override
        public void onEnded() {}
    }
}
