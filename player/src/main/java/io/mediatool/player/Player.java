package io.mediatool.player;

import io.mediatool.core.codec.MediaKind;
import io.mediatool.core.loop.Timer;
import io.mediatool.core.rtp.NtpTime;
import io.mediatool.core.server.IncomingStream;
import io.mediatool.core.server.IncomingStreamTrack;
import io.mediatool.core.server.Room;
import io.mediatool.player.pace.PacedFrame;
import io.mediatool.player.pace.Pacer;
import io.mediatool.player.pace.TrackSender;
import io.mediatool.player.pace.Whereabouts;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Plays files into a room as one stream. All methods are for any thread. */
public final class Player implements AutoCloseable {
    private static final long STARTING_NS = 1_000_000_000L;
    private static final long PROGRESS_INTERVAL_NS = 100_000_000;

    static final Listener SILENT = new Listener() {};

    private final Room room;
    private final String streamName;
    private final PlayerOptions options;
    private final InstantSource wallClock;
    private final Listener listener;
    private final PlayPlan plan;
    private final List<TrackPackets> packets = new ArrayList<>();
    private final FrameReader reader; // the file thread's
    private final ReadAhead ahead;
    private final AtomicBoolean started = new AtomicBoolean();
    private final AtomicBoolean paused = new AtomicBoolean();
    private final CompletableFuture<PlayerSummary> done = new CompletableFuture<>();
    private volatile PlayerProgress progress;
    private volatile double speed;
    private volatile int loops;

    // From here on the loop's.
    private final Whereabouts whereabouts;
    private final List<TrackSender> senders = new ArrayList<>();
    private final Warnings loopWarnings;
    private @Nullable IncomingStream stream;
    private @Nullable Pacer pacer;
    private @Nullable Timer progressTimer;
    private @Nullable String failure;
    private int rounds;
    private long[] skipped;
    private long jumpedNs = -1;
    private boolean over;

    /** Learns what happens, on the loop or on the file thread. Must return soon and not throw. What is not overridden is not told. */
    public interface Listener {
        /** One clear line about something that is not as it should be; playing goes on. Rate limited. */
        default void onWarning(String line) {}

        /** A file cannot be read any further; what was read is still played, then {@link #onEnded} follows. */
        default void onFailed(IOException cause) {}

        /** The stream is over: everything was sent, or {@link Player#stop} was called. */
        default void onEnded() {}
    }

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
        this.ahead = new ReadAhead(room.loop(), files, reader, String.valueOf(plan.files()), new Taker());
        this.speed = options.speed();
        this.loops = options.loops();
        this.whereabouts = new Whereabouts(options.start().toNanos());
        this.progress = reached();
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
        return plan.tracks().stream()
                .map(track -> track.info(plan.bFrames() && track.kind() == MediaKind.VIDEO))
                .toList();
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

    /**
     * Goes on elsewhere: with the key frame at or before {@code position}, and sound from the same instant. For viewers it is one
     * stream whose timestamps and numbers go on. Where a round ends stays.
     *
     * @param position on the clock of the files; behind their end it is their last key frame
     */
    public void seek(Duration position) {
        if (position.isNegative()) {
            throw new IllegalArgumentException("position must not be negative: " + position);
        }
        long listNs = plan.listNs() == 0 ? position.toNanos() : Math.min(position.toNanos(), plan.listNs());
        onLoop(() -> jump(listNs));
    }

    /** Changes the pace from here on, as {@link PlayerOptions#speed} says. */
    public void speed(double faster) {
        if (!(faster > 0)) {
            throw new IllegalArgumentException("speed must be positive: " + faster);
        }
        speed = faster;
        onLoop(() -> {
            Pacer playing = pacer;
            if (playing != null) {
                playing.speed(speed);
            }
        });
    }

    /**
     * Changes how many rounds there shall be in all, 0 for ever. The round that is being played is played to its end; so are those
     * of a short file that have been read ahead, some seconds.
     */
    public void loops(int rounds) {
        if (rounds < 0) {
            throw new IllegalArgumentException("loops must not be negative: " + rounds);
        }
        loops = rounds;
        onLoop(() -> {
            ahead.loops(loops);
            Pacer playing = pacer;
            if (playing != null) {
                playing.more();
            }
        });
    }

    private boolean hold(boolean still) {
        return paused.compareAndSet(!still, still) && onLoop(this::applyPause);
    }

    /** @return false when the loop is closed: nobody plays any more */
    private boolean onLoop(Runnable task) {
        return room.loop().tryExecute(() -> {
            if (!over) {
                task.run();
            }
        });
    }

    private void applyPause() {
        Pacer playing = pacer;
        if (playing != null && paused.get()) {
            playing.pause();
        } else if (playing != null) {
            playing.resume();
        }
    }

    private void jump(long listNs) {
        Pacer playing = pacer;
        if (playing == null) {
            jumpedNs = listNs;
            return;
        }
        int round = whereabouts.at(positionNs()).round();
        var to = new Whereabouts.Mark(playing.jump(), listNs, round);
        whereabouts.jump(to);
        ahead.jump(to);
        progress = reached();
    }

    /** Ends the stream; harmless when repeated. */
    public void stop() {
        if (!room.loop().tryExecute(this::finish)) {
            closeFiles(summary()); // the loop is closed: nobody plays any more
        }
    }

    /** As {@link #stop}. */
    @Override
    public void close() {
        stop();
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
            senders.add(new TrackSender(made.source(), cut.ssrc(), cut.scale(), cut.firstTimestamp()));
        }
        published.addListener(new Replaced());
        long startNtp = NtpTime.ofInstant(wallClock.instant());
        Pacer playing = new Pacer(room.loop(), speed, senders, startNtp, new Feeder());
        pacer = playing;
        if (jumpedNs < 0) {
            playing.start();
        } else {
            jump(jumpedNs);
        }
        applyPause();
        tick(room.loop().nowNs());
    }

    private void tick(long nowNs) {
        if (!over) {
            progress = reached();
            progressTimer = room.loop().schedule(nowNs + PROGRESS_INTERVAL_NS, this::tick);
        }
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
        if (!ahead.run(close)) {
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
        long positionNs = positionNs();
        return new PlayerProgress(
                positionNs,
                totalNs(),
                whereabouts.listNs(positionNs),
                plan.listNs(),
                whereabouts.at(positionNs).round() + 1,
                speed,
                loops,
                frames,
                sent,
                bytes);
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
        long all = plan.roundNs() * loops;
        return options.duration() == null ? all : all == 0 ? limitNs() : Math.min(all, limitNs());
    }

    private final class Feeder implements Pacer.Owner {
        @Override
        public void onWanted() {
            ahead.want();
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

    private final class Taker implements ReadAhead.Taker {
        @Override
        public void onBatch(ReadAhead.Batch batch) {
            Pacer playing = pacer;
            if (over || playing == null) {
                return;
            }
            rounds = batch.rounds();
            skipped = batch.skipped();
            whereabouts.add(batch.marks());
            IOException cause = batch.failure();
            if (cause != null) {
                failure = cause.getMessage();
                listener.onFailed(cause);
            }
            playing.onFrames(batch.frames(), batch.last());
        }

        @Override
        public void onStale(List<PacedFrame> frames) {
            Pacer playing = pacer;
            if (playing != null) {
                playing.discard(frames);
            }
        }

        @Override
        public void onFilesGone() {
            failure = "the file thread is gone";
            room.loop().execute(Player.this::finish);
        }

        @Override
        public void onLoopGone() {
            closeFiles(summary());
        }
    }

    /** Somebody else published under our name, or the room was closed. */
    private final class Replaced implements IncomingStream.Listener {
        @Override
        public void onEnded(IncomingStream published, long nowNs) {
            finish();
        }
    }
}
