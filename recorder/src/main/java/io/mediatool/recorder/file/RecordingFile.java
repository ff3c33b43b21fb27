package io.mediatool.recorder.file;

import io.mediatool.core.codec.Codec;
import io.mediatool.core.codec.CodecModule;
import io.mediatool.core.codec.DecoderConfig;
import io.mediatool.core.mp4.Mp4Sample;
import io.mediatool.core.mp4.Mp4Summary;
import io.mediatool.core.mp4.Mp4TrackSpec;
import io.mediatool.core.mp4.Mp4TrackSummary;
import io.mediatool.core.mp4.write.Mp4Writer;
import io.mediatool.core.rtp.NtpTime;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** One file of a recording. Its movie starts with its earliest track, and is moved when that turns out to be another one. */
final class RecordingFile {
    private final Path path;
    private final Mp4Writer writer;
    private final Function<Codec, CodecModule> codecs;
    private final Map<Integer, Track> tracks = new HashMap<>();
    private long zeroNs = Long.MAX_VALUE;
    private long wallClock;
    private long samples;

    private static final class Track {
        final RecordedTrack track;
        final int id;
        /** How much earlier than {@link TimedSample} says its samples are decoded, see {@link #leadIn}. */
        final long leadIn;

        final long firstDts;
        final List<DecoderConfig> descriptions = new ArrayList<>();
        /** The file's index of each; two that a decoder tells apart may share one. */
        final List<Integer> indices = new ArrayList<>();

        final Gaps gaps = new Gaps();
        int lastDescription;
        long startNs;
        /**
         * Where the movie has it begin. The fragments' own times begin at 0 in every track and an edit list says the rest: of a track
         * whose fragments begin late FFmpeg (5.1) and Chromium would count the time before twice, in the file's duration.
         */
        long startDts;

        Track(RecordedTrack track, int id, long leadIn, long firstDts, long startNs) {
            this.track = track;
            this.id = id;
            this.leadIn = leadIn;
            this.firstDts = firstDts;
            this.startNs = startNs;
        }
    }

    RecordingFile(Path path, Mp4Writer writer, Function<Codec, CodecModule> codecs) {
        this.path = path;
        this.writer = writer;
        this.codecs = codecs;
    }

    Path path() {
        return path;
    }

    /** Where the movie starts, in nanoseconds from the recording's start. */
    long zeroNs() {
        return zeroNs;
    }

    boolean has(int track) {
        return tracks.containsKey(track);
    }

    /** The recording's track number of each of the file's track ids. */
    Map<Integer, Integer> numbers() {
        var numbers = new HashMap<Integer, Integer>();
        tracks.forEach((number, track) -> numbers.put(track.id, number));
        return numbers;
    }

    int trackCount() {
        return tracks.size();
    }

    /** Whether {@code sample} comes with another configuration than the samples of its track before it. */
    boolean changes(TimedSample sample) {
        Track track = tracks.get(sample.track());
        return track != null && !track.descriptions.get(track.lastDescription).equals(sample.config());
    }

    /** Whether the file's index can still take what {@code sample} needs; if not it is time for another file. */
    boolean hasRoomFor(TimedSample sample) {
        Track track = tracks.get(sample.track());
        return track != null && track.descriptions.contains(sample.config())
                || writer.hasRoomFor(codecs.apply(sample.config().codec()).sampleDescription(sample.config()));
    }

    /**
     * Adds a sample.
     *
     * @param offsetNs where its track's media time 0 lies, from the recording's start
     */
    void add(TimedSample sample, RecordedTrack of, long offsetNs) throws IOException {
        Track track = tracks.get(sample.track());
        boolean first = track == null;
        if (track == null) {
            track = begin(sample, of, offsetNs);
        }
        writer.add(new Mp4Sample(
                track.id,
                sample.dts() - track.firstDts - track.leadIn,
                Math.toIntExact(sample.pts() - sample.dts() + track.leadIn),
                sample.duration(),
                sample.sync(),
                description(track, sample.config()),
                sample.data()));
        samples++;
        track.gaps.onFrame(
                offsetNs + of.scale().toNs(sample.dts()), of.scale().toNs(sample.duration()), sample.lostBefore());
        if (first) {
            place();
        }
    }

    /** A track's media time 0 turned out to lie at {@code offsetNs} from the recording's start. */
    void move(int number, long offsetNs) {
        Track track = tracks.get(number);
        if (track != null) {
            track.startNs = offsetNs + track.track.scale().toNs(track.firstDts);
            place();
        }
    }

    /** Tells the file its wall clock: NTP time of the recording's start. */
    void wallClock(long ntpOfStart) {
        wallClock = ntpOfStart;
    }

    long pendingBytes() {
        return writer.pendingBytes();
    }

    void flush(boolean force) throws IOException {
        tellWallClock();
        writer.flushFragment(force);
    }

    Mp4Summary finish() throws IOException {
        tellWallClock();
        return writer.finish();
    }

    /** Whether every sample that was added is among those of {@code finished}. */
    boolean isWhole(Mp4Summary finished) {
        return finished.tracks().stream().mapToLong(Mp4TrackSummary::samples).sum() == samples;
    }

    /** What it holds, after {@link #finish}. */
    RecordedFile facts(Mp4Summary finished) {
        List<RecordedFile.Track> facts = new ArrayList<>();
        for (Mp4TrackSummary kept : finished.tracks()) {
            for (Track track : tracks.values()) {
                if (track.id == kept.track().id()) {
                    facts.add(new RecordedFile.Track(
                            track.track.id(),
                            track.track.stream(),
                            track.descriptions.get(track.lastDescription),
                            track.startNs - zeroNs,
                            kept.durationNs(),
                            kept.samples(),
                            kept.syncSamples(),
                            kept.mediaBytes(),
                            track.gaps.lost(),
                            track.gaps.since(zeroNs),
                            track.gaps.count()));
                }
            }
        }
        IOException failure = finished.failure();
        return new RecordedFile(
                path,
                wallClock == 0 || samples == 0 ? null : NtpTime.toInstant(NtpTime.plusNs(wallClock, zeroNs)),
                finished.durationNs(),
                finished.sizeBytes(),
                facts,
                failure == null ? null : String.valueOf(failure.getMessage()));
    }

    private void tellWallClock() {
        if (wallClock != 0 && zeroNs != Long.MAX_VALUE) {
            writer.wallClock(NtpTime.plusNs(wallClock, zeroNs));
        }
    }

    private Track begin(TimedSample sample, RecordedTrack of, long offsetNs) {
        long startNs = offsetNs + of.scale().toNs(sample.dts());
        var entry = codecs.apply(sample.config().codec()).sampleDescription(sample.config());
        long leadIn = leadIn(sample, of);
        int id = writer.addTrack(new Mp4TrackSpec(of.kind(), of.scale().rate(), entry, "und", leadIn));
        var track = new Track(of, id, leadIn, sample.dts(), startNs);
        track.descriptions.add(sample.config());
        track.indices.add(0);
        tracks.put(of.number(), track);
        return track;
    }

    /**
     * Decoding runs ahead of presentation by as many frames as can overtake one, so that no composition offset is
     * negative: FFmpeg (5.1) shows fragments with negative offsets late, against the sound. The first picture's duration
     * may say too little: VLC (3.0) presents the second and third too near to it.
     */
    private static long leadIn(TimedSample sample, RecordedTrack of) {
        long frame = Math.max(sample.duration(), of.scale().rate() / 25);
        return sample.config().reorderDepth() * frame;
    }

    /** Lets the movie start with its earliest track. */
    private void place() {
        zeroNs =
                tracks.values().stream().mapToLong(track -> track.startNs).min().orElse(zeroNs);
        for (Track track : tracks.values()) {
            long dts = track.track.scale().fromNs(track.startNs - zeroNs);
            if (dts != track.startDts) {
                track.startDts = dts;
                writer.startAt(track.id, dts - track.leadIn);
            }
        }
    }

    private int description(Track track, DecoderConfig config) {
        DecoderConfig last = track.descriptions.get(track.lastDescription);
        if (last.equals(config)) {
            return track.indices.get(track.lastDescription);
        }
        int index = track.descriptions.indexOf(config);
        if (index < 0) {
            index = track.descriptions.size();
            track.descriptions.add(config);
            track.indices.add(
                    writer.addDescription(track.id, codecs.apply(config.codec()).sampleDescription(config)));
        }
        track.lastDescription = index;
        return track.indices.get(index);
    }
}
