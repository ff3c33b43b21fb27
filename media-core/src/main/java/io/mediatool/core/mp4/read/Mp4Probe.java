package io.mediatool.core.mp4.read;

import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.mp4.Mp4File;
import io.mediatool.core.mp4.Mp4Info;
import io.mediatool.core.mp4.Mp4State;
import io.mediatool.core.mp4.Mp4Track;
import io.mediatool.core.mp4.Mp4TrackSummary;
import io.mediatool.core.mp4.movie.FragmentWalker;
import io.mediatool.core.mp4.movie.MovieFile;
import io.mediatool.core.mp4.movie.TrackBox;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Says what a file is. Walks the whole index once, so it takes longer than opening; sample data is not read. */
public final class Mp4Probe {
    private static final long SECONDS_1904_TO_1970 = 2_082_844_800L;

    private final MovieFile movie;
    private boolean outside;
    private long endNs;

    private Mp4Probe(MovieFile movie) {
        this.movie = movie;
    }

    /**
     * Looks at a file.
     *
     * @param file borrowed, not closed
     * @throws MalformedException when this is no MP4
     */
    public static Mp4Info of(Mp4File file) throws IOException, MalformedException {
        return new Mp4Probe(MovieFile.scan(file)).look(file);
    }

    private Mp4Info look(Mp4File file) throws IOException, MalformedException {
        var tracks = new ArrayList<Mp4TrackSummary>();
        for (TrackBox box : movie.movie().tracks()) {
            Mp4Track track = box.track();
            if (track != null) {
                tracks.add(track(file, box, track));
            }
        }
        long tornBytes = movie.file().size() - wholeEnd();
        List<String> brands = movie.brands();
        return new Mp4Info(
                brands.isEmpty() ? "" : brands.get(0),
                brands.size() > 2 ? brands.subList(2, brands.size()) : List.of(),
                movie.state(),
                tornBytes > 0 || outside || movie.state() == Mp4State.UNFINISHED,
                movie.file().size(),
                tornBytes,
                created(),
                endNs,
                tracks,
                movie.movie().tracks().size() - tracks.size());
    }

    private Mp4TrackSummary track(Mp4File file, TrackBox box, Mp4Track track) throws IOException, MalformedException {
        long samples = 0;
        long syncs = 0;
        long bytes = 0;
        long first = 0;
        long last = 0;
        long shown = 0;
        Mp4TrackReader cursor =
                new Mp4TrackReader(file, track, box.shift(), movie.file().size(), movie.cursor(box));
        try {
            while (cursor.next()) {
                first = samples == 0 ? cursor.dts() : first;
                last = Math.max(last, cursor.dts() + cursor.duration());
                shown = Math.max(shown, cursor.pts() + cursor.duration());
                samples++;
                syncs += cursor.sync() ? 1 : 0;
                bytes += cursor.size();
                outside |= !cursor.inFile();
            }
        } catch (MalformedException e) {
            // What went before still counts.
            outside = true;
        }
        endNs = Math.max(endNs, track.toNs(Math.max(last, shown)));
        long duration = samples == 0 ? 0 : last - first;
        return new Mp4TrackSummary(track, samples, syncs, bytes, track.toNs(first), track.toNs(duration));
    }

    private long wholeEnd() throws IOException, MalformedException {
        if (!movie.fragmented()) {
            return movie.wholeEnd();
        }
        FragmentWalker walker = new FragmentWalker(
                movie.file(), movie.fragmentsFrom(), movie.movie().defaults());
        while (walker.next() != null) {
            // Only where it ends is wanted.
        }
        // An index of the fragments behind them is whole as well.
        return movie.wholeBoxesFrom(walker.wholeEnd());
    }

    private @Nullable Instant created() {
        long seconds = movie.movie().created();
        // Some writers count from 1970 and some leave garbage.
        return seconds <= SECONDS_1904_TO_1970 || seconds > 1L << 33
                ? null
                : Instant.ofEpochSecond(seconds - SECONDS_1904_TO_1970);
    }
}
