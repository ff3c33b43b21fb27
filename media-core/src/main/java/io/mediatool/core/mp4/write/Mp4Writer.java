package io.mediatool.core.mp4.write;

import io.mediatool.core.codec.SampleDescription;
import io.mediatool.core.mp4.Mp4File;
import io.mediatool.core.mp4.Mp4Layout;
import io.mediatool.core.mp4.Mp4Sample;
import io.mediatool.core.mp4.Mp4Summary;
import io.mediatool.core.mp4.Mp4TrackSpec;
import java.io.Closeable;
import java.io.IOException;

/**
 * A recording. Samples are collected in memory; {@link #flushFragment} appends them to the file as one fragment, so that
 * a crash loses what came after the last flush at most. {@link #finish} makes the file what its layout says.
 *
 * <p>After an {@link IOException} the writer takes nothing more, but {@link #finish} still keeps all whole fragments.
 * One thread at a time.
 */
@SuppressWarnings("DoNotCallSuggester")
public final class Mp4Writer implements Closeable {

    /**
     * Starts a recording. Nothing is written before the first flush.
     *
     * @param file empty; transferred: {@link #close} and {@link #finish} close it
     */
    public static Mp4Writer create(Mp4File file, Mp4Layout layout) {
        throw new IllegalStateException("not built yet");
    }

    /**
     * Says which wall-clock time the movie's zero was. May be called at any time before {@link #finish}, again when known
     * better; fragments carry what was known when they were flushed ({@code prft}).
     *
     * @param ntp 64-bit NTP timestamp
     */
    public void wallClock(long ntp) {
        throw new IllegalStateException("not built yet");
    }

    /**
     * Adds a track, at the start or at any time later.
     *
     * @return its id, from 1
     */
    public int addTrack(Mp4TrackSpec spec) {
        throw new IllegalStateException("not built yet");
    }

    /**
     * Moves a track on the movie's clock, when it is known better how tracks belong together (a sender report came): its first
     * sample is decoded at {@code dts} instead of where it was, and all its other samples move with it. Only the track's
     * edit list changes; samples that are added later still count as before. May be called at any time between the track's
     * first sample and {@link #finish}; a crash before the next flush forgets it.
     *
     * @param dts in units of the track's timescale, at least 0
     */
    public void startAt(int trackId, long dts) {
        throw new IllegalStateException("not built yet");
    }

    /**
     * Makes a further sample description known to a track, or finds it again: samples refer to it by the index returned.
     *
     * @return index from 0
     */
    public int addDescription(int trackId, SampleDescription description) {
        throw new IllegalStateException("not built yet");
    }

    /**
     * Takes a sample; its data is copied. Tracks may run apart from each other by any time, but within a track dts must
     * not go back. May flush by itself: when the description changes within a fragment and when more than 64 MiB are pending.
     *
     * @throws IllegalArgumentException for an unknown track or description, a dts that goes back or lies before the
     *     track's lead-in. The writer is as before
     */
    public void add(Mp4Sample sample) throws IOException {
        throw new IllegalStateException("not built yet");
    }

    /** Bytes of sample data that the next flush will write. */
    public long pendingBytes() {
        throw new IllegalStateException("not built yet");
    }

    /**
     * Appends the pending samples as one fragment, by one gathering write; nothing when there are none.
     *
     * @param force whether to wait until the disk has it. Once a second is a good habit
     */
    public void flushFragment(boolean force) throws IOException {
        throw new IllegalStateException("not built yet");
    }

    /**
     * Flushes, makes the file what the layout says and closes it. When the disk is full the file stays fragmented, cut to
     * whole fragments, and the summary names the failure.
     *
     * @throws IOException when not even that could be done; the file is then as after a crash
     */
    public Mp4Summary finish() throws IOException {
        throw new IllegalStateException("not built yet");
    }

    /** Closes the file as it is, without finishing it. Harmless when repeated or after {@link #finish}. */
    @Override
    public void close() throws IOException {
        throw new IllegalStateException("not built yet");
    }
}
