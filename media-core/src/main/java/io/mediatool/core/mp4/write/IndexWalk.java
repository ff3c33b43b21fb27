package io.mediatool.core.mp4.write;

import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.mp4.movie.Fragment;
import io.mediatool.core.mp4.movie.FragmentWalker;
import io.mediatool.core.mp4.movie.MovieFile;
import io.mediatool.core.mp4.movie.Run;
import io.mediatool.core.mp4.movie.SampleCursor;
import io.mediatool.core.mp4.movie.SamplePoint;
import io.mediatool.core.mp4.movie.TrackBox;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/** One pass over all samples of a file, in the order of the file: tables first, then fragment by fragment. */
final class IndexWalk {

    /** Where the data of a run goes: its place stays, or the file is written anew. */
    interface Placement {
        long of(Run run) throws IOException;
    }

    private final MovieFile movie;
    private final Map<Integer, TrackIndex> tracks = new LinkedHashMap<>();
    private final FragmentWalker walker;
    private long budget;

    /** A walk whose indices count. */
    IndexWalk(MovieFile movie) {
        this(movie, Map.of());
    }

    /** A walk whose indices write the tables given, by track id. */
    IndexWalk(MovieFile movie, Map<Integer, TrackTables> tables) {
        this.movie = movie;
        this.walker = new FragmentWalker(
                movie.file(), movie.fragmentsFrom(), movie.movie().defaults());
        this.budget = 4 * movie.file().size() + 1024;
        for (TrackBox track : movie.movie().tracks()) {
            TrackTables given = tables.get(track.id());
            tracks.put(track.id(), new TrackIndex(given == null ? TrackTables.counting() : given));
        }
    }

    /** Walks to the end. */
    IndexWalk run(Placement placement) throws IOException, MalformedException {
        for (TrackBox track : movie.movie().tracks()) {
            TrackIndex index = track(track.id());
            SampleCursor cursor = movie.tableCursor(track);
            while (cursor.next()) {
                spend(cursor.sample());
                index.add(cursor.sample(), cursor.sample().position());
            }
        }
        SamplePoint point = new SamplePoint();
        for (Fragment fragment = walker.next(); fragment != null; fragment = walker.next()) {
            for (Run run : fragment.runs()) {
                long to = placement.of(run);
                TrackIndex index = tracks.get(run.trackId());
                if (index != null) {
                    add(index, run, point, to);
                }
            }
        }
        for (TrackIndex index : tracks.values()) {
            index.end();
        }
        return this;
    }

    private void add(TrackIndex index, Run run, SamplePoint point, long to) throws IOException, MalformedException {
        long dts = run.time() >= 0 ? run.time() : index.nextDts();
        long from = run.position();
        while (run.next(point, dts, from)) {
            spend(point);
            index.add(point, to + from - run.position());
            dts += point.duration();
            from += point.size();
        }
    }

    /** Samples may overlap, but not so often that a small file makes an endless index. */
    private void spend(SamplePoint point) throws MalformedException {
        budget -= Math.max(1, point.size());
        if (budget < 0) {
            throw new MalformedException("samples overlap", point.position());
        }
    }

    TrackIndex track(int id) {
        TrackIndex index = tracks.get(id);
        if (index == null) {
            throw new IllegalArgumentException("no track " + id);
        }
        return index;
    }

    FragmentWalker walker() {
        return walker;
    }

    boolean sixtyFour(long shift) {
        return tracks.values().stream().anyMatch(index -> index.maxPosition() + shift > 0xffff_ffffL);
    }
}
