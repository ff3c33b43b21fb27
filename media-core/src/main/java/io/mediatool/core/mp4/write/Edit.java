package io.mediatool.core.mp4.write;

import io.mediatool.core.mp4.box.BoxWriter;
import io.mediatool.core.mp4.movie.TrackBox;

/**
 * Where a track lies on the movie's clock (ISO/IEC 14496-12 §8.6.6): an empty edit before it, or media left out at its start.
 *
 * @param delay of the track, in units of the movie
 * @param mediaStart media time of the first presentation, in units of the track
 * @param presented how long, in units of the movie
 */
record Edit(long delay, long mediaStart, long presented) {

    static Edit of(TrackBox track, TrackIndex samples, long timescale) {
        if (samples.samples() == 0) {
            return new Edit(0, 0, 0);
        }
        // Sample tables start at media time 0, wherever the first fragment did. FFmpeg (5.1) lets the first picture
        // after an edit list begin where the edit does, so the edit begins at the first picture and not before.
        long pictures = samples.firstPts() - samples.firstDts();
        long start = samples.firstPts() + track.shift();
        long media = start > 0 ? pictures : pictures - start;
        return new Edit(
                rescaled(Math.max(0, start), track.timescale(), timescale, track.timescale() / 2),
                media,
                rescaled(
                        Math.max(0, samples.presented() - media), track.timescale(), timescale, track.timescale() - 1));
    }

    /** Duration of the track on the movie's clock. */
    long total() {
        return delay + presented;
    }

    private static long rescaled(long value, long from, long to, long rounding) {
        return value / from * to + (value % from * to + rounding) / from;
    }

    /** Writes {@code edts} when there is something to say. */
    void write(BoxWriter boxes) {
        if (delay == 0 && mediaStart == 0) {
            return;
        }
        boxes.start("edts").start("elst", 1, 0);
        boxes.out().u32(delay > 0 ? 2 : 1);
        if (delay > 0) {
            boxes.out().i64(delay).i64(-1).u32(0x1_0000);
        }
        boxes.out().i64(presented).i64(mediaStart).u32(0x1_0000);
        boxes.end().end();
    }
}
