package io.mediatool.core.mp4.write;

import io.mediatool.core.bits.ByteWriter;
import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.codec.SampleDescription;
import io.mediatool.core.mp4.Mp4File;
import io.mediatool.core.mp4.Mp4Layout;
import io.mediatool.core.mp4.Mp4Sample;
import io.mediatool.core.mp4.Mp4Summary;
import io.mediatool.core.mp4.Mp4TrackSpec;
import io.mediatool.core.mp4.box.BoxWriter;
import io.mediatool.core.mp4.box.SampleEntry;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A recording. Samples are collected in memory; {@link #flushFragment} appends them to the file as one fragment, so that
 * a crash loses what came after the last flush at most. {@link #finish} makes the file what its layout says.
 *
 * <p>After an {@link IOException} the writer takes nothing more, but {@link #finish} still keeps all whole fragments.
 * One thread at a time.
 */
public final class Mp4Writer implements Closeable {
    private static final long MAX_PENDING = 64 << 20;
    /** Room in the movie's region for what a further track has beside its sample description, and for the wall clock. */
    private static final int TRACK_BYTES = 1024;

    private final Mp4File file;
    private final Mp4Layout layout;
    private final List<PendingTrack> tracks = new ArrayList<>();
    private final BoxWriter boxes = new BoxWriter();
    private @Nullable InitRegions regions;
    private @Nullable Long ntp;
    private boolean movieChanged;
    private long end;
    private long sequence;
    private long pendingBytes;
    private @Nullable IOException failure;
    private boolean closed;

    private Mp4Writer(Mp4File file, Mp4Layout layout) {
        this.file = file;
        this.layout = layout;
    }

    /**
     * Starts a recording. Nothing is written before the first flush.
     *
     * @param file empty; transferred: {@link #close} and {@link #finish} close it
     */
    public static Mp4Writer create(Mp4File file, Mp4Layout layout) {
        return new Mp4Writer(file, layout);
    }

    /**
     * Says which wall-clock time the movie's zero was. May be called at any time before {@link #finish}, again when known
     * better; fragments carry what was known when they were flushed ({@code prft}).
     *
     * @param ntpAtZero 64-bit NTP timestamp
     */
    public void wallClock(long ntpAtZero) {
        ntp = ntpAtZero;
    }

    /**
     * Adds a track, at the start or at any time later.
     *
     * @return its id, from 1
     * @throws IllegalStateException when {@link #hasRoomFor} says no
     */
    public int addTrack(Mp4TrackSpec spec) {
        needRoom(spec.first());
        PendingTrack track = new PendingTrack(tracks.size() + 1, spec);
        tracks.add(track);
        movieChanged = true;
        return track.id;
    }

    /**
     * Moves a track on the movie's clock, when it is known better how tracks belong together (a sender report came): its first
     * sample is decoded at {@code dts} instead of where it was, and all its other samples move with it. Only the track's
     * edit list changes; samples that are added later still count as before. May be called at any time between the track's
     * first sample and {@link #finish}; a crash before the next flush forgets it.
     *
     * @param dts in units of the track's timescale, at least 0 less the track's lead-in
     */
    public void startAt(int trackId, long dts) {
        PendingTrack track = track(trackId);
        if (dts < -track.spec.leadIn() || !track.started()) {
            throw new IllegalArgumentException("cannot start at " + dts);
        }
        movieChanged |= track.startAt(dts);
    }

    /**
     * Makes a further sample description known to a track, or finds it again: samples refer to it by the index returned.
     * FFmpeg (5.1) decodes fragments by the first description only (sample tables by the right one): where an unfinished
     * recording is to play there too, the samples must carry their parameter sets themselves.
     *
     * @return index from 0
     * @throws IllegalStateException when {@link #hasRoomFor} says no
     */
    public int addDescription(int trackId, SampleDescription description) {
        PendingTrack track = track(trackId);
        int known = track.find(description);
        if (known >= 0) {
            return known;
        }
        needRoom(description);
        track.descriptions.add(description);
        movieChanged = true;
        return track.descriptions.size() - 1;
    }

    /**
     * Whether a new track or description still fits. Room for them is set aside when the first fragment is written: at
     * least 16 KiB, some seventy descriptions. When it is used up it is time for another file.
     */
    public boolean hasRoomFor(SampleDescription description) {
        InitRegions set = regions;
        if (set == null) {
            return true;
        }
        BoxWriter size = new BoxWriter();
        MovieBoxes.initial(size, tracks, ntp, 1);
        SampleEntry.write(size, description);
        return set.fits(size.size() + TRACK_BYTES);
    }

    private void needRoom(SampleDescription description) {
        if (!hasRoomFor(description)) {
            throw new IllegalStateException("no room for another sample description");
        }
    }

    /**
     * Takes a sample; its data is copied. Tracks may run apart from each other by any time, but within a track dts must
     * not go back. May flush by itself: when the description changes within a fragment and when more than 64 MiB are pending.
     *
     * @throws IllegalArgumentException for an unknown track or description, a dts that goes back or lies before the
     *     track's lead-in. The writer is as before
     */
    public void add(Mp4Sample sample) throws IOException {
        PendingTrack track = track(sample.trackId());
        track.check(sample);
        long size = sample.data().length;
        if (failure != null) {
            throw failure;
        }
        if (pendingBytes > 0 && (track.breaksRun(sample) || pendingBytes + size > MAX_PENDING)) {
            flushFragment(false);
        }
        track.add(sample);
        // A sample without bytes is one that a flush must write, too.
        pendingBytes += Math.max(1, size);
    }

    private PendingTrack track(int id) {
        if (id < 1 || id > tracks.size()) {
            throw new IllegalArgumentException("no track " + id);
        }
        return tracks.get(id - 1);
    }

    /** Bytes of sample data that the next flush will write. */
    public long pendingBytes() {
        return pendingBytes;
    }

    /** Size of the file so far, without what is pending. */
    public long sizeBytes() {
        return end;
    }

    /**
     * Appends the pending samples as one fragment, by one gathering write; nothing when there are none.
     *
     * @param force whether to wait until the disk has it. Once a second is a good habit
     */
    public void flushFragment(boolean force) throws IOException {
        if (failure != null) {
            throw failure;
        }
        try {
            if (pendingBytes > 0) {
                writeMovie(0);
                writeFragment();
            }
            if (force && end > 0) {
                file.force();
            }
        } catch (IOException e) {
            failure = e;
            throw e;
        }
    }

    private void writeMovie(long duration) throws IOException {
        if (!movieChanged && duration == 0 && regions != null) {
            return;
        }
        boxes.reset();
        MovieBoxes.initial(boxes, tracks, ntp, duration);
        InitRegions set = regions;
        if (set != null) {
            set.replace(boxes);
        } else {
            BoxWriter head = new BoxWriter();
            MovieBoxes.brands(head);
            if (layout != Mp4Layout.FRAGMENTED) {
                // Becomes the header of one mdat around all fragments: 32-bit size, type, 64-bit size.
                head.start("free").out().zeros(8);
                head.end();
            }
            set = new InitRegions(file, head.size(), boxes);
            ByteWriter all = head.out();
            set.initial(all, boxes);
            file.write(0, ByteBuffer.wrap(all.array(), 0, all.size()));
            regions = set;
            end = set.end();
        }
        movieChanged = false;
    }

    private void writeFragment() throws IOException {
        var filled = new ArrayList<PendingTrack>(tracks.size());
        for (PendingTrack track : tracks) {
            if (track.count() > 0) {
                filled.add(track);
            }
        }
        boxes.reset();
        PendingTrack first = filled.get(0);
        Long zero = ntp;
        if (zero != null) {
            long since = FragmentBoxes.ntpOffset(first.firstDts() + first.moved(), first.spec.timescale());
            FragmentBoxes.reference(boxes, first.id, zero + since, first.firstDts() + first.spec.leadIn());
        }
        FragmentBoxes.fragment(boxes, sequence + 1, filled);
        var parts = new ByteBuffer[filled.size() + 1];
        long size = boxes.size();
        parts[0] = ByteBuffer.wrap(boxes.out().array(), 0, boxes.out().size());
        for (int i = 0; i < filled.size(); i++) {
            ByteWriter data = filled.get(i).data();
            parts[i + 1] = ByteBuffer.wrap(data.array(), 0, data.size());
            size += data.size();
        }
        file.write(end, parts);
        end += size;
        sequence++;
        pendingBytes = 0;
        filled.forEach(PendingTrack::clear);
    }

    /**
     * Flushes, makes the file what the layout says and closes it. When the disk is full the file stays fragmented, cut to
     * whole fragments, and the summary names the failure.
     *
     * @throws IOException when not even that could be done; the file is then as after a crash
     */
    public Mp4Summary finish() throws IOException {
        if (closed) {
            throw new IllegalStateException("closed");
        }
        try (this) {
            IOException before = failure;
            if (before == null) {
                try {
                    flushFragment(false);
                    writeMovie(0);
                } catch (IOException e) {
                    before = e;
                }
            }
            if (regions == null) {
                throw before != null ? before : new IOException("nothing was written");
            }
            if (before != null) {
                // Torn, and behind it nothing whole.
                file.truncate(end);
            }
            Finisher finisher = Finisher.of(file, ntp);
            return switch (layout) {
                case HYBRID -> finisher.hybrid(before);
                case FASTSTART -> finisher.faststart(before);
                case FRAGMENTED -> finisher.fragmented(before, this::writeMovie);
            };
        } catch (MalformedException e) {
            throw new IOException("the file was changed while it was written: " + e.getMessage(), e);
        }
    }

    /** Closes the file as it is, without finishing it. Harmless when repeated or after {@link #finish}. */
    @Override
    public void close() throws IOException {
        if (!closed) {
            closed = true;
            file.close();
        }
    }
}
