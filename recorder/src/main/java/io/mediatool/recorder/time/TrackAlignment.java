package io.mediatool.recorder.time;

import io.mediatool.core.rtp.NtpTime;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Places the tracks of one sender against each other. A track starts where its first packet arrived; when sender reports
 * of it and of another track are known it is moved to where they say, and again while the first few reports know better (only its
 * start moves: nothing is dropped or squeezed). From then on a track whose clock drifts away is bent back, by at most 0.5 %. What
 * a sender's clock lost at once, by its reports, is a gap in that track.
 *
 * <p>The others follow the track whose time was set anew the longest ago, or never, and of such the one whose clock keeps best to the
 * sender's wall clock: what is sound's to lose is not taken from the picture.
 */
public final class TrackAlignment {
    /** Reports and arrival may differ by buffering at the sender, but not more than this. */
    private static final long PLAUSIBLE_NS = 10_000_000_000L;
    /** Sound and picture stay within 20 ms of each other: this, and what a bad clock drifts until the next report. */
    private static final long TOLERATED_NS = 15_000_000L;

    private static final long SETTLED_NS = 1_000_000L;
    /** Until both tracks have had as many reports, the next one may still know better where one starts. */
    private static final int SETTLING_REPORTS = 4;
    /** Of a track that was set anew: too much to be bent. */
    private static final long MISSING_NS = 300_000_000L;

    private final Output output;
    private final List<Placed> tracks = new ArrayList<>();
    private int changes;

    /** Learns where tracks start. */
    public interface Output {
        /** The track's media time 0 lies {@code offsetNs} after the recording's start (negative: before). */
        void onStart(int track, long offsetNs);
    }

    private static final class Placed {
        final int track;
        final TrackTimeline timeline;
        final long arrivalOffsetNs;
        long offsetNs;
        boolean aligned;
        /** Sender wall-clock time (NTP) of the recording's start, as this track had it when it was placed. */
        long placedNtp;

        boolean active = true;
        boolean bent;
        int missing;
        long corrections;
        /** Which change of any track was the newest of this one, 0 when it never had one. */
        int lastChange;

        long ignored;

        Placed(int track, TrackTimeline timeline, long offsetNs) {
            this.track = track;
            this.timeline = timeline;
            this.arrivalOffsetNs = offsetNs;
            this.offsetNs = offsetNs;
        }

        long ntpOfStart() {
            return NtpTime.plusNs(timeline.ntpZero(), -offsetNs);
        }

        void align() {
            aligned = true;
            placedNtp = ntpOfStart();
        }

        /** How far its media clock has gone away from its sender's wall clock since it was placed. */
        long astrayNs() {
            return aligned ? Math.abs(NtpTime.differenceNs(ntpOfStart(), placedNtp)) : 0;
        }
    }

    public TrackAlignment(Output output) {
        this.output = output;
    }

    /** Adds a track by the arrival of its first packet, in nanoseconds from the recording's start. */
    public void add(int track, TrackTimeline timeline, long offsetNs) {
        tracks.add(new Placed(track, timeline, offsetNs));
        output.onStart(track, offsetNs);
    }

    /** No more frames of this track will come; it stays where it is. */
    public void remove(int track) {
        tracks.stream().filter(placed -> placed.track == track).forEach(placed -> placed.active = false);
    }

    /** Frames of this track come again. */
    public void resume(int track) {
        tracks.stream().filter(placed -> placed.track == track).forEach(placed -> placed.active = true);
    }

    /** A track's sender report has been taken by its timeline, or its first frame came after one. */
    public void onReport(long nowNs) {
        for (Placed placed : tracks) {
            long missingNs = placed.timeline.takeMissingNs();
            if (missingNs > 0 && placed.active) {
                placed.timeline.skip(missingNs, nowNs);
            }
            if (placed.timeline.corrections() != placed.corrections) {
                placed.corrections = placed.timeline.corrections();
                placed.lastChange = ++changes;
            }
        }
        Placed reference = reference();
        if (reference == null) {
            return;
        }
        if (!reference.aligned) {
            reference.align();
        }
        for (Placed placed : tracks) {
            if (placed != reference && placed.active && placed.timeline.hasNtpZero()) {
                compare(placed, reference, nowNs);
            }
        }
    }

    /** Whether sender reports say where each track is of which frames come. */
    public boolean isComplete() {
        boolean any = false;
        for (Placed placed : tracks) {
            if (placed.active) {
                any = true;
                if (!placed.aligned || !placed.timeline.hasNtpZero()) {
                    return false;
                }
            }
        }
        return any;
    }

    /** Where {@code track} starts, in nanoseconds from the recording's start. */
    public long offsetNs(int track) {
        for (Placed placed : tracks) {
            if (placed.track == track) {
                return placed.offsetNs;
            }
        }
        return 0;
    }

    /** Sender wall-clock time (NTP) of the recording's start by the first track that knows it, or 0. */
    public long ntpOfStart() {
        Placed reference = reference();
        return reference == null ? 0 : reference.ntpOfStart();
    }

    /** Reports of {@code track} that put it impossibly far from the others. */
    public long ignored(int track) {
        return tracks.stream()
                .filter(placed -> placed.track == track)
                .mapToLong(placed -> placed.ignored)
                .sum();
    }

    private @Nullable Placed reference() {
        Placed first = null;
        for (Placed placed : tracks) {
            if (placed.active && placed.timeline.hasNtpZero() && (first == null || isSteadier(placed, first))) {
                first = placed;
            }
        }
        return first;
    }

    private static boolean isSteadier(Placed one, Placed other) {
        if (one.aligned != other.aligned) {
            return one.aligned;
        }
        return one.lastChange == other.lastChange
                ? one.astrayNs() < other.astrayNs()
                : one.lastChange < other.lastChange;
    }

    private void compare(Placed placed, Placed reference, long nowNs) {
        long wantedNs =
                reference.offsetNs + NtpTime.differenceNs(placed.timeline.ntpZero(), reference.timeline.ntpZero());
        long errorNs = wantedNs - placed.offsetNs;
        if (Math.abs(wantedNs - placed.arrivalOffsetNs) > PLAUSIBLE_NS) {
            placed.ignored++;
        } else if (!placed.aligned || isSettling(placed, reference) && Math.abs(errorNs) > SETTLED_NS) {
            placed.offsetNs = wantedNs;
            placed.align();
            output.onStart(placed.track, wantedNs);
        } else {
            follow(placed, errorNs, nowNs);
        }
    }

    private static boolean isSettling(Placed placed, Placed reference) {
        return placed.lastChange == 0
                && reference.lastChange == 0
                && !placed.bent
                && Math.min(placed.timeline.believedReports(), reference.timeline.believedReports()) < SETTLING_REPORTS;
    }

    private static void follow(Placed placed, long errorNs, long nowNs) {
        boolean guessed = placed.lastChange > 0;
        placed.missing = guessed && errorNs > MISSING_NS ? placed.missing + 1 : 0;
        if (placed.missing > 2) {
            placed.missing = 0;
            placed.timeline.skip(errorNs, nowNs);
        } else if (Math.abs(errorNs) > TOLERATED_NS || placed.timeline.isBending()) {
            placed.bent = true;
            placed.timeline.bend(Math.abs(errorNs) < SETTLED_NS ? 0 : errorNs);
        }
    }
}
