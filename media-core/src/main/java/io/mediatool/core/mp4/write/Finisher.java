package io.mediatool.core.mp4.write;

import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.mp4.Mp4File;
import io.mediatool.core.mp4.Mp4State;
import io.mediatool.core.mp4.Mp4Summary;
import io.mediatool.core.mp4.Mp4Track;
import io.mediatool.core.mp4.Mp4TrackSummary;
import io.mediatool.core.mp4.movie.Fragment;
import io.mediatool.core.mp4.movie.FragmentWalker;
import io.mediatool.core.mp4.movie.MovieFile;
import io.mediatool.core.mp4.movie.Run;
import io.mediatool.core.mp4.movie.TrackBox;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Makes a fragmented file what it shall be in the end. The index is not kept while recording: two passes over the fragments
 * in the file, one that counts and one that writes all tables side by side, take memory that does not grow with the file.
 */
final class Finisher {

    /** Rewrites the initial movie with the duration now known, in units of {@link MovieBoxes#TIMESCALE}. */
    interface MovieUpdate {
        void write(long duration) throws IOException;
    }

    private final Mp4File file;
    private final long sizeBefore;
    private final MovieFile movie;
    private final IndexWalk counted;
    private final @Nullable Long ntp;
    private final long wholeEnd;
    private final long cutBytes;

    private Finisher(Mp4File file, @Nullable Long ntp) throws IOException, MalformedException {
        this.file = file;
        this.sizeBefore = file.size();
        MovieFile scanned = MovieFile.scan(file);
        this.counted = new IndexWalk(scanned).run(Run::position);
        this.wholeEnd = counted.walker().wholeEnd();
        this.cutBytes = sizeBefore - scanned.wholeBoxesFrom(wholeEnd);
        this.movie = scanned;
        this.ntp = ntp != null ? ntp : reference(scanned, counted.walker().reference());
    }

    /**
     * Counts what there is. Changes nothing.
     *
     * @param file not closed
     * @param ntp wall clock of the movie's zero; when null the last {@code prft} tells
     */
    static Finisher of(Mp4File file, @Nullable Long ntp) throws IOException, MalformedException {
        return new Finisher(file, ntp);
    }

    MovieFile movie() {
        return movie;
    }

    private static @Nullable Long reference(MovieFile movie, FragmentWalker.@Nullable Reference known) {
        TrackBox track = known == null ? null : movie.movie().find(known.trackId());
        if (known == null || track == null || known.time() < 0) {
            return null;
        }
        return known.ntp() - FragmentBoxes.ntpOffset(known.time() + track.shift(), track.timescale());
    }

    /** An ordinary file in place: the index behind the fragments, then one box header that hides them. */
    Mp4Summary hybrid(@Nullable IOException before) throws IOException, MalformedException {
        boolean hiding = false;
        try {
            file.truncate(wholeEnd);
            MovieFile now = MovieFile.scan(file);
            FinalMovie moov = FinalMovie.build(now, counted, counted.sixtyFour(0), ntp);
            writeIndex(file, now, moov, wholeEnd, Run::position);
            file.force();
            hiding = true;
            MediaHeader.hide(file, movie, wholeEnd);
        } catch (IOException e) {
            if (!hiding) {
                file.truncate(wholeEnd);
            } else if (movie.placeholder() < 0) {
                // Half hidden: repair goes on from here.
                throw e;
            }
            return summary(movie.state(), before != null ? before : e);
        }
        return summary(ordinary(), before);
    }

    /** An ordinary file with the index in front, in a file beside this one that then takes its place. */
    Mp4Summary faststart(@Nullable IOException before) throws IOException, MalformedException {
        IOException cause = before;
        if (before == null) {
            try (Mp4File made = file.beside()) {
                rewrite(made);
                file.becomes(made);
                return summary(Mp4State.PROGRESSIVE, null);
            } catch (IOException e) {
                // No room for a second copy, most likely. In place it still becomes ordinary.
                cause = e;
            }
        }
        return hybrid(cause);
    }

    private void rewrite(Mp4File made) throws IOException, MalformedException {
        Packing packing = new Packing(file, made);
        long head = MediaHeader.copyBrands(movie, made);
        MovieFile now = movie;
        FinalMovie moov = FinalMovie.build(now, counted, false, ntp);
        long media = head + moov.boxes().size() + MediaHeader.BYTES;
        if (media + movie.file().size() > 0xffff_ffffL) {
            moov = FinalMovie.build(now, counted, true, ntp);
            media = head + moov.boxes().size() + MediaHeader.BYTES;
        }
        packing.start(media);
        writeIndex(made, now, moov, head, packing);
        MediaHeader.write(made, media - MediaHeader.BYTES, packing.end());
    }

    private void writeIndex(Mp4File to, MovieFile from, FinalMovie moov, long at, IndexWalk.Placement placement)
            throws IOException, MalformedException {
        moov.boxes().writeTo((position, part) -> to.write(position, part), at);
        Map<Integer, TrackTables> tables = new HashMap<>();
        moov.places().forEach((id, places) -> tables.put(id, places.open(to, at)));
        new IndexWalk(from, tables).run(placement);
    }

    /** Leaves the fragments, with an index of their key frames behind them and the duration in front. */
    Mp4Summary fragmented(@Nullable IOException before, MovieUpdate update) throws IOException, MalformedException {
        IOException cause = before;
        try {
            file.truncate(wholeEnd);
            FragmentIndex.append(file, movie, wholeEnd);
            long durationNs = durationNs();
            if (durationNs > 0) {
                update.write((durationNs + 999_999) / 1_000_000);
            }
            file.force();
        } catch (IOException e) {
            file.truncate(wholeEnd);
            cause = cause != null ? cause : e;
        }
        return summary(Mp4State.FRAGMENTED, cause);
    }

    private long durationNs() {
        long end = 0;
        for (Mp4Track track : movie.movie().mediaTracks()) {
            end = Math.max(end, track.toNs(endOf(track)));
        }
        return end;
    }

    /** Movie time of the end of a track's last presentation, in its units. */
    private long endOf(Mp4Track track) {
        TrackIndex samples = counted.track(track.id());
        TrackBox box = movie.movie().find(track.id());
        return samples.samples() == 0 || box == null ? 0 : samples.firstDts() + box.shift() + samples.presented();
    }

    Mp4Summary unchanged() throws IOException {
        return summary(movie.state(), false, 0, null);
    }

    Mp4Summary repaired() throws IOException {
        return summary(ordinary(), true, 0, null);
    }

    /** A movie box that had to serve as the header of what hides it cannot be recognised any more. */
    private Mp4State ordinary() {
        return movie.placeholder() >= 0 ? Mp4State.HYBRID : Mp4State.PROGRESSIVE;
    }

    private Mp4Summary summary(Mp4State state, @Nullable IOException failure) throws IOException {
        return summary(state, true, cutBytes, failure);
    }

    private Mp4Summary summary(Mp4State state, boolean changed, long cut, @Nullable IOException failure)
            throws IOException {
        var tracks = new ArrayList<Mp4TrackSummary>();
        for (Mp4Track track : movie.movie().mediaTracks()) {
            TrackIndex samples = counted.track(track.id());
            TrackBox box = movie.movie().find(track.id());
            long shift = box == null ? 0 : box.shift();
            tracks.add(new Mp4TrackSummary(
                    track,
                    samples.samples(),
                    samples.syncs(),
                    samples.mediaBytes(),
                    samples.samples() == 0 ? 0 : track.toNs(samples.firstDts() + shift),
                    track.toNs(samples.duration())));
        }
        long cutNs = changed ? cutNs() : 0;
        return new Mp4Summary(state, changed, file.size(), cut, durationNs(), cutNs, tracks, failure);
    }

    private long cutNs() {
        Fragment torn = counted.walker().torn();
        long most = 0;
        if (torn != null) {
            for (Run run : torn.runs()) {
                TrackBox box = movie.movie().find(run.trackId());
                Mp4Track track = box == null ? null : box.track();
                most = track == null ? most : Math.max(most, track.toNs(run.duration()));
            }
        }
        return most;
    }

    /** Copies the data of runs one after the other into another file, without the fragments' boxes between them. */
    private static final class Packing implements IndexWalk.Placement {
        private final Mp4File from;
        private final Mp4File to;
        private final byte[] buffer = new byte[256 * 1024];
        private long position;

        Packing(Mp4File from, Mp4File to) {
            this.from = from;
            this.to = to;
        }

        /** Where the first byte goes. */
        void start(long at) {
            position = at;
        }

        /** Where the next byte would go. */
        long end() {
            return position;
        }

        @Override
        public long of(Run run) throws IOException {
            long start = position;
            long source = run.position();
            for (long left = run.bytes(); left > 0; ) {
                int count = from.read(source, buffer, 0, (int) Math.min(buffer.length, left));
                if (count <= 0) {
                    throw new IOException("the file became shorter while it was read");
                }
                to.write(position, ByteBuffer.wrap(buffer, 0, count));
                position += count;
                source += count;
                left -= count;
            }
            return start;
        }
    }
}
