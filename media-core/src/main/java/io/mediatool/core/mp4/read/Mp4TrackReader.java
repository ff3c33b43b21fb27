package io.mediatool.core.mp4.read;

import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.mp4.Mp4File;
import io.mediatool.core.mp4.Mp4Sample;
import io.mediatool.core.mp4.Mp4Track;
import io.mediatool.core.mp4.movie.SampleCursor;
import java.io.IOException;

/**
 * A cursor over the samples of one track, in decoding order. Times are on the movie's clock (edit list applied) in units of
 * the track's timescale. Tracks of tiny samples (PCM stored one frame a sample) come in groups of about 20 ms.
 */
public final class Mp4TrackReader {
    private static final int MAX_SAMPLE = 1 << 28;

    private final Mp4File file;
    private final Mp4Track track;
    private final long shift;
    private final long fileSize;
    private final SampleCursor cursor;
    private boolean broken;

    Mp4TrackReader(Mp4File file, Mp4Track track, long shift, long fileSize, SampleCursor cursor) {
        this.file = file;
        this.track = track;
        this.shift = shift;
        this.fileSize = fileSize;
        this.cursor = cursor;
    }

    /** The track it goes through. */
    public Mp4Track track() {
        return track;
    }

    /**
     * Steps to the next sample.
     *
     * @return false at the end, also where a torn file breaks off
     * @throws MalformedException when the index contradicts itself; the track ends there
     */
    public boolean next() throws IOException, MalformedException {
        if (broken) {
            return false;
        }

        broken = true;
        boolean found = cursor.next();
        if (found && (description() < 0 || description() >= track.descriptions().size())) {
            throw new MalformedException("sample of no known description", position());
        }
        broken = false;
        return found;
    }

    /**
     * Steps so that the next {@link #next()} gives the sample wanted: the last one that starts at or before {@code dts}, or
     * the first sample when there is none.
     *
     * @param dts decoding time in units of the track's timescale
     * @param previousSync whether to go back further to a sync sample
     */
    public void seek(long dts, boolean previousSync) throws IOException, MalformedException {
        broken = true;
        cursor.seek(dts - shift, previousSync);
        broken = false;
    }

    /** Decoding time of the current sample. */
    public long dts() {
        return cursor.sample().dts() + shift;
    }

    /** Presentation time of the current sample. */
    public long pts() {
        return dts() + cursor.sample().ctsOffset();
    }

    /** Duration of the current sample (of a group: of all of it). */
    public long duration() {
        return cursor.sample().duration();
    }

    /** Whether decoding can start at the current sample. */
    public boolean sync() {
        return cursor.sample().sync();
    }

    /** Index of the current sample's description in {@code Mp4Track.descriptions}. */
    public int description() {
        return cursor.sample().description();
    }

    /** Where the current sample's data starts in the file. */
    public long position() {
        return cursor.sample().position();
    }

    /** Bytes of the current sample. */
    public int size() {
        return cursor.sample().size();
    }

    /** Whether the current sample's data lies inside the file. */
    public boolean inFile() {
        return position() >= 0 && size() <= fileSize - position();
    }

    /**
     * The current sample with its data, in a new array.
     *
     * @throws MalformedException when its data lies outside the file; the cursor can go on
     */
    public Mp4Sample read() throws IOException, MalformedException {
        if (!inFile()) {
            throw new MalformedException("sample outside the file", position());
        }
        if (size() > MAX_SAMPLE) {
            throw new MalformedException("sample too large", position());
        }
        byte[] data = new byte[size()];
        if (file.read(position(), data, 0, data.length) != data.length) {
            throw new MalformedException("sample outside the file", position());
        }
        int ctsOffset = cursor.sample().ctsOffset();
        return new Mp4Sample(track.id(), dts(), ctsOffset, duration(), sync(), description(), data);
    }
}
