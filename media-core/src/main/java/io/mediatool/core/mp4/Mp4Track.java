package io.mediatool.core.mp4;

import io.mediatool.core.codec.MediaKind;
import io.mediatool.core.codec.SampleDescription;
import java.util.List;

/**
 * A track of a file that is read.
 *
 * @param id the file's track id, not 0
 * @param kind picture or sound; other tracks are not listed
 * @param timescale units of its times in a second, positive
 * @param descriptions its sample descriptions in the order of their indices, at least one
 * @param duration of its media in units of the timescale as its header states, 0 when it does not (fragments)
 * @param start when it starts on the movie's clock, by its edit list, in units of the timescale; already contained in
 *     the times of its samples
 * @param presented how long its edit list shows it from then on, in units of the timescale; 0 when there is no list that says so
 * @param language three letters, {@code und} when unknown
 */
public record Mp4Track(
        int id,
        MediaKind kind,
        int timescale,
        List<SampleDescription> descriptions,
        long duration,
        long start,
        long presented,
        String language) {

    /** Edit lists count in units of the movie's clock, which are no finer than this as a rule. */
    private static final long EDIT_UNIT_NS = 1_000_000;

    public Mp4Track {
        descriptions = List.copyOf(descriptions);
    }

    /** Where it ends on the movie's clock, in units of its timescale, as the file's headers state; {@code start} when they do not. */
    public long statedEnd() {
        return start + (presented > 0 ? presented : duration);
    }

    /**
     * Until when a sample is shown or heard that ends at {@code endNs} on the movie's clock: a sound encoder's last frame
     * reaches behind the end of what was recorded, and the edit list says by how much.
     */
    public long shownUntilNs(long endNs) {
        long cutNs = presented > 0 ? toNs(start + presented) : Long.MAX_VALUE;
        return endNs - EDIT_UNIT_NS > cutNs ? cutNs : endNs;
    }

    /** {@code units} of this track's timescale in nanoseconds, rounded down; saturates. */
    public long toNs(long units) {
        return Math.multiplyHigh(units, 1_000_000_000L) == units * 1_000_000_000L >> 63
                ? Math.floorDiv(units * 1_000_000_000L, timescale)
                : saturated(units);
    }

    /** Nanoseconds in units of this track's timescale, rounded down. */
    public long fromNs(long ns) {
        long seconds = Math.floorDiv(ns, 1_000_000_000L);
        return seconds * timescale + Math.floorMod(ns, 1_000_000_000L) * timescale / 1_000_000_000L;
    }

    private long saturated(long units) {
        long seconds = Math.floorDiv(units, timescale);
        if (seconds >= Long.MAX_VALUE / 1_000_000_000L) {
            return Long.MAX_VALUE;
        }
        if (seconds <= Long.MIN_VALUE / 1_000_000_000L) {
            return Long.MIN_VALUE;
        }
        return seconds * 1_000_000_000L + Math.floorMod(units, timescale) * 1_000_000_000L / timescale;
    }
}
