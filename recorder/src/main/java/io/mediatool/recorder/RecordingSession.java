package io.mediatool.recorder;

import io.mediatool.core.codec.Codec;
import io.mediatool.core.codec.CodecModule;
import io.mediatool.core.codec.MediaFrame;
import io.mediatool.core.codec.MediaKind;
import io.mediatool.core.loop.EventLoop;
import io.mediatool.core.loop.Timer;
import io.mediatool.core.rtp.NtpTime;
import io.mediatool.core.server.IncomingLayer;
import io.mediatool.core.server.IncomingStream;
import io.mediatool.core.server.IncomingStreamTrack;
import io.mediatool.core.server.outgoing.BestLayer;
import io.mediatool.core.stream.GopCache;
import io.mediatool.core.stream.RtpIncomingSourceGroup;
import io.mediatool.recorder.file.FileThread;
import io.mediatool.recorder.file.RecordedTrack;
import io.mediatool.recorder.file.TimedSample;
import io.mediatool.recorder.file.Written;
import io.mediatool.recorder.time.TrackAlignment;
import io.mediatool.recorder.track.Lane;
import io.mediatool.recorder.track.TrackRecorder;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A recording as it lives on the loop: its tracks, its one alarm, and the way of frames to the file. */
final class RecordingSession implements TrackRecorder.Listener, IncomingStream.Listener {
    private static final long TICK_NS = 250_000_000L;
    /**
     * Every second tick a fragment goes on its way: a crash must lose less than a second of what has arrived, and frames also
     * wait for those that can overtake them, for the disk and for a busy machine.
     */
    private static final long FLUSH_NS = 2 * TICK_NS;
    /** How long the first fragment waits for tracks that have been announced but have sent nothing yet. */
    private static final long ALL_TRACKS_NS = 2_000_000_000L;
    /** A sender's wall clock that is further off than this from ours is not worth more than ours. */
    private static final long PLAUSIBLE_NS = 60_000_000_000L;

    private static final long WARN_EVERY_NS = 10_000_000_000L;

    private final EventLoop loop;
    private final long reorderNs;
    private final long gatherNs;
    private final InstantSource wallClock;
    private final Function<Codec, CodecModule> codecs;
    private final FileThread files;
    private final Recorder.Listener listener;
    private final TrackAlignment alignment;
    private final List<IncomingStream> streams = new ArrayList<>();
    private final List<TrackRecorder> tracks = new ArrayList<>();
    private final List<BestLayer> bestLayers = new ArrayList<>();
    private final Map<TrackRecorder, KeyFrameWish> wishes = new HashMap<>();
    private final Map<TrackRecorder, String> streamNames = new HashMap<>();
    private final List<Lane> lanes = new ArrayList<>();

    private @Nullable Timer alarm;
    private long alarmNs = Long.MAX_VALUE;
    private long nextTickNs;
    private long nextFlushNs;
    private boolean gathering;
    private boolean stopped;
    private long finishByNs = Long.MAX_VALUE;
    private boolean endTold;
    private boolean started;
    private long startNs;
    private long ntpOfStart;
    private boolean sendersClock;
    private long lastFrameNs = Long.MIN_VALUE;
    private long slowSinceNs = Long.MIN_VALUE;

    private volatile RecordingProgress progress = new RecordingProgress(0, 0, null, List.of(), Long.MIN_VALUE);

    /** Asks a source for a key frame, if it can make one. */
    private interface KeyFrameWish {
        void requestKeyFrame(long nowNs);
    }

    RecordingSession(
            EventLoop loop,
            RecorderOptions options,
            InstantSource wallClock,
            Function<Codec, CodecModule> codecs,
            FileThread files,
            Recorder.Listener listener) {
        this.loop = loop;
        this.reorderNs = options.reorder().toNanos();
        this.gatherNs = options.gatherNs();
        this.wallClock = wallClock;
        this.codecs = codecs;
        this.files = files;
        this.listener = listener;
        this.alignment = new TrackAlignment(files::start);
    }

    void add(IncomingStream stream) {
        if (stopped) {
            return;
        }
        streams.add(stream);
        if (alarm == null) {
            nextTickNs = loop.nowNs() + TICK_NS;
            nextFlushNs = loop.nowNs() + FLUSH_NS;
        }
        stream.addListener(this);
        wakeBy(nextTickNs);
    }

    /** Any thread. */
    RecordingProgress progress() {
        return progress;
    }

    /** Begins another file, as soon as there is a key frame. */
    void split() {
        if (!stopped) {
            files.split();
            wishes.values().forEach(wish -> wish.requestKeyFrame(loop.nowNs()));
        }
    }

    /** Ends all tracks when nothing is missing of what was sent until now, or is waited for no longer; what is sent later is not recorded. */
    void finish() {
        if (isFinishing() || stopped) {
            return;
        }
        long nowNs = loop.nowNs();
        finishByNs = nowNs + reorderNs;
        tracks.forEach(TrackRecorder::finish);
        stopWhenWhole(nowNs);
        wakeBy(finishByNs);
    }

    private boolean isFinishing() {
        return finishByNs != Long.MAX_VALUE;
    }

    private void stopWhenWhole(long nowNs) {
        if (nowNs >= finishByNs || isFinishing() && tracks.stream().allMatch(TrackRecorder::isWhole)) {
            stop();
        }
    }

    /** Ends all tracks and has the files finished. */
    void stop() {
        if (stopped) {
            return;
        }
        streams.forEach(stream -> stream.removeListener(this));
        endTold = true;
        long nowNs = lastFrameNs == Long.MIN_VALUE ? 0 : lastFrameNs;
        List.copyOf(tracks).forEach(track -> track.end(nowNs));
        bestLayers.forEach(BestLayer::close);
        stopped = true;
        gatherWhileAligned();
        if (alarm != null) {
            alarm.cancel();
        }
        updateProgress();
        files.finish();
    }

    /** After {@link #stop}, where files are written. */
    RecordingSummary summary(List<Path> paths, Written written, @Nullable String failure) {
        return Summaries.of(tracks, alignment, ntpOfStart, paths, written, failure);
    }

    @Override
    public void onTrack(IncomingStream stream, IncomingStreamTrack track) {
        if (isFinishing()) {
            return;
        }
        endTold = false;
        String id = streams.size() == 1 ? track.id() : track.id() + "-" + stream.name();
        if (track.layers().size() > 1) {
            BestLayer best = new BestLayer(track, loop);
            bestLayers.add(best);
            listen(id, stream, best.source(), best::requestKeyFrame);
        } else {
            IncomingLayer only = track.layers().get(0);
            TrackRecorder made = listen(id, stream, only.source(), only::requestKeyFrame);
            GopCache kept = only.pictures();
            if (kept != null && kept.size() > 0) {
                made.onPast(kept, only.format().clockRate(), loop.nowNs());
            } else if (track.kind() == MediaKind.VIDEO) {
                only.requestKeyFrame(loop.nowNs());
            }
        }
        gatherWhileAligned();
    }

    private TrackRecorder listen(String id, IncomingStream stream, RtpIncomingSourceGroup source, KeyFrameWish wish) {
        var made = new TrackRecorder(id, source, reorderNs, codecs, this);
        tracks.add(made);
        wishes.put(made, wish);
        streamNames.put(made, stream.name());
        return made;
    }

    /** A viewer would do the same: what is missing for good is mended by the next key frame. */
    @Override
    public void onLoss(TrackRecorder track) {
        Lane lane = track.lane();
        KeyFrameWish wish = wishes.get(track);
        if (wish != null && lane != null && lane.codec().kind() == MediaKind.VIDEO) {
            wish.requestKeyFrame(loop.nowNs());
        }
    }

    @Override
    public void onEnded(IncomingStream stream, long nowNs) {
        tellEnd();
    }

    @Override
    public void onEnded(TrackRecorder track, long nowNs) {
        tellEnd();
        if (isFinishing()) {
            wakeBy(loop.nowNs()); // not here, where others still have to be told
        }
    }

    @Override
    public void onWork(TrackRecorder track) {
        wakeBy(track.nextDeadlineNs());
        stopWhenWhole(loop.nowNs());
    }

    @Override
    public void onRestart(TrackRecorder track) {
        gatherWhileAligned();
    }

    @Override
    public void onFrame(Lane lane, MediaFrame frame, long dts, long pts, long duration, long arrivalNs) {
        var config = frame.config();
        if (stopped || config == null || files.failure() != null) {
            return;
        }
        lastFrameNs = Math.max(lastFrameNs, arrivalNs);
        if (lane.number() < 0) {
            begin(lane);
        }
        if (mustLeaveOut(lane, frame)) {
            lane.onDropped();
            warnSlow(arrivalNs);
            return;
        }
        lane.onWritten(frame);
        files.add(new TimedSample(
                lane.number(), dts, pts, duration, lane.takeLost(), frame.keyFrame(), config, frame.data()));
    }

    @Override
    public void onReport(Lane lane, long nowNs) {
        if (lane.number() >= 0) {
            align(nowNs);
        }
    }

    @Override
    public void onLaneEnded(Lane lane) {
        alignment.remove(lane.number());
    }

    @Override
    public void onLaneResumed(Lane lane) {
        alignment.resume(lane.number());
    }

    @Override
    public void onWarning(String trackId, String line) {
        listener.onWarning(trackId + ": " + line);
    }

    private void begin(Lane lane) {
        lane.number(lanes.size());
        lanes.add(lane);
        if (!started) {
            started = true;
            startNs = lane.timeline().firstArrivalNs();
            ntpOfStart = NtpTime.plusNs(NtpTime.ofInstant(wallClock.instant()), startNs - loop.nowNs());
            files.wallClock(ntpOfStart);
        }
        files.track(new RecordedTrack(
                lane.number(),
                lane.id(),
                streamOf(lane),
                lane.codec().kind(),
                lane.timeline().scale()));
        alignment.add(lane.number(), lane.timeline(), lane.timeline().firstArrivalNs() - startNs);
        align(loop.nowNs());
    }

    private String streamOf(Lane lane) {
        for (TrackRecorder track : tracks) {
            if (track.lanes().contains(lane)) {
                return streamNames.getOrDefault(track, "");
            }
        }
        return "";
    }

    private void align(long nowNs) {
        alignment.onReport(nowNs);
        long ntp = alignment.ntpOfStart();
        if (!sendersClock && ntp != 0 && Math.abs(NtpTime.differenceNs(ntp, ntpOfStart)) < PLAUSIBLE_NS) {
            sendersClock = true;
            ntpOfStart = ntp;
            files.wallClock(ntp);
        }
    }

    /** Whole groups of pictures are left out, sound only when it alone is too much. */
    private boolean mustLeaveOut(Lane lane, MediaFrame frame) {
        if (lane.isLeavingOut()) {
            return !frame.keyFrame() || !files.hasRoom();
        }
        return files.isFull(lane.codec().kind() == MediaKind.AUDIO);
    }

    private void warnSlow(long nowNs) {
        if (slowSinceNs == Long.MIN_VALUE || nowNs - slowSinceNs >= WARN_EVERY_NS) {
            slowSinceNs = nowNs;
            Path path = files.path();
            listener.onWarning("the disk is too slow: " + (files.queuedBytes() >> 20) + " MiB wait to be written to "
                    + (path == null ? "the file" : path) + ", frames are left out until the next key frame");
        }
    }

    private void wakeBy(long deadlineNs) {
        if (deadlineNs >= alarmNs || stopped) {
            return;
        }
        if (alarm != null) {
            alarm.cancel();
        }
        alarmNs = deadlineNs;
        alarm = loop.schedule(deadlineNs, this::onAlarm);
    }

    private void onAlarm(long nowNs) {
        alarmNs = Long.MAX_VALUE;
        if (stopped) {
            return;
        }
        long soonestNs = Long.MAX_VALUE;
        for (TrackRecorder track : tracks) {
            track.onDeadline(nowNs);
            soonestNs = Math.min(soonestNs, track.nextDeadlineNs());
        }
        stopWhenWhole(nowNs);
        if (nowNs >= nextTickNs) {
            tick(nowNs);
            // Being late once makes nothing after it late.
            nextTickNs = Math.max(nextTickNs + TICK_NS, nowNs + TICK_NS / 2);
        }
        wakeBy(Math.min(finishByNs, Math.min(soonestNs, nextTickNs)));
    }

    private void tick(long nowNs) {
        boolean ready = started && (nowNs - startNs >= ALL_TRACKS_NS || allTracksBegan());
        if (ready && nowNs >= nextFlushNs) {
            nextFlushNs = Math.max(nextFlushNs + FLUSH_NS, nowNs + FLUSH_NS / 2);
            files.flush();
        }
        updateProgress();
        gatherWhileAligned();
    }

    /** Until sender reports align the tracks their arrivals do, and must be exact. */
    private void gatherWhileAligned() {
        boolean gather = gatherNs > 0 && !stopped && started && allTracksBegan() && alignment.isComplete();
        if (gather != gathering) {
            gathering = gather;
            loop.gather(gather ? gatherNs : 0);
        }
    }

    private boolean allTracksBegan() {
        for (TrackRecorder track : tracks) {
            Lane lane = track.lane();
            if (!track.isEnded() && (lane == null || lane.number() < 0)) {
                return false;
            }
        }
        return true;
    }

    private void updateProgress() {
        progress = new RecordingProgress(
                Summaries.durationNs(tracks, alignment),
                files.writtenBytes(),
                files.path(),
                Summaries.progressOf(tracks),
                lastFrameNs);
    }

    private void tellEnd() {
        boolean allEnded = !tracks.isEmpty() && tracks.stream().allMatch(TrackRecorder::isEnded)
                || streams.stream().allMatch(IncomingStream::isEnded);
        if (allEnded && !endTold) {
            endTold = true;
            listener.onStreamEnded();
        }
    }
}
