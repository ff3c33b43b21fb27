package io.mediatool.player;

import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.codec.MediaFrame;
import io.mediatool.core.codec.MediaKind;
import io.mediatool.core.mp4.Mp4Track;
import io.mediatool.core.mp4.read.Mp4TrackReader;
import io.mediatool.core.rtp.Timescale;
import io.mediatool.player.pace.PacedFrame;
import io.mediatool.player.pace.Whereabouts;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads round after round and file after file, and puts everything onto one clock, the media time since the start: a file
 * begins where the presentation of the one before ended, so sound and pictures stay together and a round is as long as its
 * presentation. On the file thread.
 *
 * <p>Frames of sound do not end where a presentation does, and an encoder puts a hidden one before the first. So where two
 * files meet, the second's frames are left out that would lie over the first's last one by more than half of them: the step
 * there differs from a frame by at most half of one.
 */
final class FrameReader implements Closeable {
    /** More than any frame of the codecs we know; a sample that claims more is skipped. */
    static final int MAX_SAMPLE_BYTES = 32 << 20;
    /** A round counts for so long at least, so that an empty one cannot spin. */
    private static final long MIN_ROUND_NS = 1_000_000;
    /** Decoding times lie at most so far before the presentation time that counts for the limit. */
    private static final long LIMIT_SLACK_NS = 1_000_000_000L;

    private final PlayPlan plan;
    private final long limitNs;
    private final Warnings warnings;
    private final List<TrackPackets> packets;
    private final long[] lastTimeNs;
    private final long[] leadNs;
    private final long[] soundNs;
    private final long[] soundEndNs;
    private final boolean[] joined;
    private final long[] skipped;

    private final List<Whereabouts.Mark> marks = new ArrayList<>();
    private int loops;
    private @Nullable FileCursor file;
    private int nextFile;
    private long nextStartNs;
    private int round;
    private boolean inRound;
    private long offsetNs;
    private long endNs;
    private boolean anyInRound;

    /**
     * @param packets one for each track of the plan
     * @param limitNs media time to play, {@link Long#MAX_VALUE} without limit
     */
    FrameReader(PlayPlan plan, int loops, long limitNs, List<TrackPackets> packets, Warnings warnings) {
        this.plan = plan;
        this.loops = loops;
        this.limitNs = limitNs;
        this.packets = packets;
        this.warnings = warnings;
        this.lastTimeNs = new long[packets.size()];
        this.leadNs = new long[packets.size()];
        this.soundNs = new long[packets.size()];
        this.soundEndNs = new long[packets.size()];
        this.joined = new boolean[packets.size()];
        this.skipped = new long[packets.size()];
        Arrays.fill(lastTimeNs, Long.MIN_VALUE);
        Arrays.fill(soundEndNs, Long.MIN_VALUE);
        this.nextFile = plan.firstFile();
        this.nextStartNs = plan.firstStartNs();
    }

    /** Rounds begun. */
    int rounds() {
        return round + (inRound ? 1 : 0);
    }

    /** How many there shall be, 0 for ever; the round that is being read is read to its end. */
    void loops(int wanted) {
        loops = wanted;
    }

    /** Where the files begin that were opened since this was last asked. */
    List<Whereabouts.Mark> takeMarks() {
        List<Whereabouts.Mark> taken = List.copyOf(marks);
        marks.clear();
        return taken;
    }

    /** Goes on elsewhere: at the key frame at or before a time on the clock of the files, which is behind what has been read so far. */
    void seek(Whereabouts.Mark to) throws IOException {
        close();
        nextFile = plan.fileAt(to.listNs());
        nextStartNs = to.listNs() - plan.beginNs(nextFile);
        round = to.round();
        offsetNs = to.fromNs();
        endNs = to.fromNs();
        inRound = true;
        anyInRound = true;
        marks.clear();
        Arrays.fill(lastTimeNs, Long.MIN_VALUE);
        Arrays.fill(soundEndNs, Long.MIN_VALUE);
    }

    /** Samples that could not be sent, by track. */
    long[] skipped() {
        return skipped.clone();
    }

    /**
     * Handles the next sample.
     *
     * @param out gets its packets, possibly none
     * @return false at the end
     */
    boolean read(List<PacedFrame> out) throws IOException {
        FileCursor open = file;
        if (open == null) {
            open = openNext();
            if (open == null) {
                return false;
            }
        }
        FileCursor.Lane lane = open.next();
        if (lane == null) {
            close();
            offsetNs = Math.max(offsetNs, endNs);
            return true;
        }
        if (timeNs(open, lane, lane.cursor().dts()) - LIMIT_SLACK_NS >= limitNs) {
            return false;
        }
        int before = out.size();
        frame(open, lane, out);
        for (int i = before; i < out.size(); i++) {
            endNs = Math.max(endNs, out.get(i).endNs());
            anyInRound = true;
        }
        open.step(lane);
        return true;
    }

    @Override
    public void close() throws IOException {
        FileCursor open = file;
        file = null;
        if (open != null) {
            open.close();
        }
    }

    private @Nullable FileCursor openNext() throws IOException {
        if (nextFile == plan.files().size()) {
            if (!anyInRound) {
                throw new IOException(plan.files().get(0) + ": nothing in it could be played");
            }
            round++;
            inRound = false;
            nextFile = plan.firstFile();
            nextStartNs = plan.firstStartNs();
            anyInRound = false;
            offsetNs = Math.max(offsetNs, MIN_ROUND_NS * round);
        }
        if (!inRound && loops != 0 && round >= loops) {
            return null; // and goes on when there shall be more after all
        }
        FileCursor opened = FileCursor.open(plan.files().get(nextFile), plan, nextStartNs, warnings);
        marks.add(new Whereabouts.Mark(offsetNs, plan.beginNs(nextFile) + opened.originNs(), round));
        inRound = true;
        nextFile++;
        nextStartNs = 0;
        file = opened;
        Arrays.fill(leadNs, -1);
        Arrays.fill(joined, false);
        return opened;
    }

    private long timeNs(FileCursor open, FileCursor.Lane lane, long units) {
        return offsetNs + lane.chosen().track().toNs(units) - open.originNs();
    }

    private void frame(FileCursor open, FileCursor.Lane lane, List<PacedFrame> out) throws IOException {
        Mp4TrackReader at = lane.cursor();
        int index = lane.planned().index();
        long dtsNs = timeNs(open, lane, at.dts());
        long ptsNs = timeNs(open, lane, at.pts());
        if (leadNs[index] < 0) {
            leadNs[index] = Math.max(0, ptsNs - dtsNs);
        }
        boolean sound = lane.planned().kind() == MediaKind.AUDIO;
        // Pictures are cut in decoding order, so that none is left without those it refers to.
        if ((sound ? ptsNs : dtsNs + leadNs[index]) >= limitNs) {
            return;
        }
        SampleFormat format = lane.chosen().format(at.description());
        if (format == null) {
            skipped[index]++;
            return;
        }
        if (at.size() > MAX_SAMPLE_BYTES) {
            skip(open, lane, "it claims " + at.size() + " bytes");
            return;
        }
        Mp4Track track = lane.chosen().track();
        long durationNs = track.toNs(at.duration());
        if (sound && !joined[index] && covers(index, ptsNs, durationNs)) {
            return;
        }
        joined[index] = true;
        soundNs[index] = ptsNs;
        soundEndNs[index] = ptsNs + durationNs;
        lastTimeNs[index] = Math.max(lastTimeNs[index], dtsNs);
        var place = new TrackPackets.Place(
                index,
                lastTimeNs[index],
                Math.max(0, durationNs),
                endNs(open, track, Math.max(dtsNs, ptsNs) + durationNs));
        Timescale scale = packets.get(index).scale();
        long timestamp = scale.from(at.pts(), track.timescale()) + scale.fromNs(offsetNs - open.originNs());
        int duration = sound ? (int) scale.from(at.duration(), track.timescale()) : 0;
        try {
            byte[] data = format.convert(at.read().data());
            if (plan.dropping() && !sound && format.module().isDisposable(data)) {
                return;
            }
            packets.get(index)
                    .cut(new MediaFrame(data, timestamp, duration, at.sync(), format.config(), false), place, out);
        } catch (MalformedException e) {
            open.requireLength();
            skip(open, lane, e.getMessage());
        }
    }

    /**
     * Whether the last frame of the file before covers more than half of a frame. Its stated end alone will not do: that of a
     * last frame is often cut short in the file, and the frame is not.
     */
    private boolean covers(int index, long ptsNs, long durationNs) {
        long halfNs = durationNs / 2;
        return ptsNs < soundEndNs[index] && ptsNs < Math.max(soundEndNs[index] - halfNs, soundNs[index] + halfNs);
    }

    /** When a sample that ends then has been shown: not after the end of the presentation or of what is asked for. */
    private long endNs(FileCursor open, Mp4Track track, long sampleEndNs) {
        long shiftNs = offsetNs - open.originNs();
        return Math.min(limitNs, shiftNs + track.shownUntilNs(sampleEndNs - shiftNs));
    }

    private void skip(FileCursor open, FileCursor.Lane lane, @Nullable String why) {
        skipped[lane.planned().index()]++;
        String name = open.path() + ": " + lane.planned().kind().label() + " track "
                + lane.chosen().track().id();
        warnings.count(name, name + ": a sample is skipped: " + why);
    }
}
