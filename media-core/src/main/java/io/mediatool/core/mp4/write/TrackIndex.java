package io.mediatool.core.mp4.write;

import io.mediatool.core.mp4.movie.SamplePoint;
import java.io.IOException;

/** Turns the samples of one track, one by one, into sample tables: counts them in a first pass, writes them in a second. */
final class TrackIndex {
    private static final long MAX_DELTA = 0xffff_ffffL;

    private final TrackTables tables;
    /** Media time of the next sample where its run does not say. */
    private long nextDts;

    private long samples;
    private long syncs;
    private long mediaBytes;
    private long firstDts;
    private long lastDts;
    private long lastDuration;
    private long firstPts;
    private long lastPts;
    private long endPts = Long.MIN_VALUE;
    private int minCts;
    private boolean anyCts;
    private long minSize = Long.MAX_VALUE;
    private long maxSize;
    private long maxPosition;

    private long delta;
    private long deltaRun;
    private int cts;
    private long ctsRun;
    private long chunkEnd = -1;
    private int chunkDescription = -1;
    private long chunkSamples;
    private long mappedSamples = -1;
    private int mappedDescription = -1;

    TrackIndex(TrackTables tables) {
        this.tables = tables;
    }

    /** Takes the next sample; {@code position} is where its data is in the file that the tables are for. */
    void add(SamplePoint point, long position) throws IOException {
        // Decoding time never goes back in stts; composition offsets make up for what did.
        long dts = samples == 0 ? point.dts() : Math.max(lastDts, point.dts());
        if (samples == 0) {
            firstDts = dts;
        } else {
            delta(Math.min(MAX_DELTA, dts - lastDts));
            // Its run may have guessed longer, before this one was known.
            endPts = Math.max(endPts, lastPts + dts - lastDts);
        }
        lastDts = dts;
        lastDuration = point.duration();
        nextDts = point.dts() + point.duration();
        samples++;
        long pts = point.dts() + point.ctsOffset();
        cts((int) Math.max(Integer.MIN_VALUE, Math.min(Integer.MAX_VALUE, pts - dts)));
        firstPts = samples == 1 ? pts : Math.min(firstPts, pts);
        lastPts = pts;
        if (point.sync()) {
            syncs++;
            tables.stss.add(samples);
        }
        tables.stsz.add(point.size());
        minSize = Math.min(minSize, point.size());
        maxSize = Math.max(maxSize, point.size());
        mediaBytes += point.size();
        chunk(position, point);
    }

    private void chunk(long position, SamplePoint point) throws IOException {
        if (point.chunkStart() || position != chunkEnd || point.description() != chunkDescription) {
            endChunk();
            tables.positions.add(position);
            maxPosition = Math.max(maxPosition, position);
            chunkDescription = point.description();
        }
        chunkSamples++;
        chunkEnd = position + point.size();
    }

    private void endChunk() throws IOException {
        if (chunkSamples > 0 && (chunkSamples != mappedSamples || chunkDescription != mappedDescription)) {
            tables.stsc.add(tables.positions.entries(), chunkSamples, chunkDescription + 1L);
            mappedSamples = chunkSamples;
            mappedDescription = chunkDescription;
        }
        chunkSamples = 0;
    }

    private void delta(long value) throws IOException {
        if (deltaRun > 0 && value != delta) {
            tables.stts.add(deltaRun, delta);
            deltaRun = 0;
        }
        delta = value;
        deltaRun++;
    }

    private void cts(int value) throws IOException {
        if (ctsRun > 0 && value != cts) {
            tables.ctts.add(ctsRun, cts);
            ctsRun = 0;
        }
        cts = value;
        ctsRun++;
        minCts = Math.min(minCts, value);
        anyCts |= value != 0;
    }

    /** Ends all runs, and writes what is left of the tables. */
    void end() throws IOException {
        if (samples > 0) {
            delta(Math.min(MAX_DELTA, lastDuration));
            tables.stts.add(deltaRun, delta);
            tables.ctts.add(ctsRun, cts);
            endChunk();
        }
        tables.flush();
    }

    TrackTables tables() {
        return tables;
    }

    long nextDts() {
        return nextDts;
    }

    long samples() {
        return samples;
    }

    long syncs() {
        return syncs;
    }

    long mediaBytes() {
        return mediaBytes;
    }

    /** Media time of the first sample before edits. */
    long firstDts() {
        return firstDts;
    }

    /** Media time of the first presentation before edits, at least {@link #firstDts()}. */
    long firstPts() {
        return Math.max(firstPts, firstDts);
    }

    /** Sum of all durations. */
    long duration() {
        return samples == 0 ? 0 : lastDts - firstDts + lastDuration;
    }

    /** From the first decoding time to the end of the last presentation. */
    long presented() {
        return samples == 0 ? 0 : Math.max(duration(), Math.max(endPts, lastPts + lastDuration) - firstDts);
    }

    boolean negativeCts() {
        return minCts < 0;
    }

    boolean anyCts() {
        return anyCts;
    }

    /** The size of every sample, or 0 when they differ. */
    long fixedSize() {
        return samples > 0 && minSize == maxSize ? maxSize : 0;
    }

    long maxPosition() {
        return maxPosition;
    }
}
