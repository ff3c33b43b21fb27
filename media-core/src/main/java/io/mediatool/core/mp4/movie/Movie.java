package io.mediatool.core.mp4.movie;

import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.mp4.Mp4Track;
import io.mediatool.core.mp4.box.Box;
import io.mediatool.core.mp4.box.FileWindow;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A {@code moov} box (ISO/IEC 14496-12 §8.2): its tracks, and what fragments of it start from. */
public final class Movie {
    private static final int MAX_TRACKS = 1024;

    private final Box moov;
    private final long created;
    private final long timescale;
    private final long duration;
    private final List<TrackBox> tracks = new ArrayList<>();
    private final Map<Integer, Fragment.Defaults> defaults = new HashMap<>();
    private boolean fragmented;
    private long descriptions;

    private Movie(FileWindow file, Box moov) throws IOException, MalformedException {
        this.moov = moov;
        Box mvhd = moov.need(file, "mvhd");
        boolean wide = file.u8(mvhd.payload()) != 0;
        created = wide ? file.i64(mvhd.payload() + 4) : file.u32(mvhd.payload() + 4);
        timescale = Math.max(1, file.u32(mvhd.payload() + (wide ? 20 : 12)));
        duration = wide ? file.i64(mvhd.payload() + 24) : file.u32(mvhd.payload() + 16);
    }

    /** Reads it through {@code file}; tables stay where they are. */
    public static Movie parse(FileWindow file, Box moov) throws IOException, MalformedException {
        Movie movie = new Movie(file, moov);
        for (Box box = Box.child(file, moov.payload(), moov.end()); box != null; ) {
            if (box.is("trak")) {
                movie.add(file, box);
            } else if (box.is("mvex")) {
                movie.fragmented = true;
                movie.extend(file, box);
            }
            box = Box.child(file, box.end(), moov.end());
        }
        return movie;
    }

    private void add(FileWindow file, Box trak) throws IOException, MalformedException {
        if (tracks.size() == MAX_TRACKS) {
            throw new MalformedException("too many tracks", trak.start());
        }
        TrackBox track = TrackBox.parse(file, trak, timescale);
        if (find(track.id()) == null) {
            tracks.add(track);
            descriptions += track.entries(file);
        }
    }

    private void extend(FileWindow file, Box mvex) throws IOException, MalformedException {
        for (Box box = Box.child(file, mvex.payload(), mvex.end()); box != null; ) {
            if (box.is("trex")) {
                long at = box.payload() + 4;
                defaults.put(
                        file.i32(at),
                        new Fragment.Defaults(
                                file.i32(at + 4), file.u32(at + 8), file.u32(at + 12), file.i32(at + 16)));
            }
            box = Box.child(file, box.end(), mvex.end());
        }
    }

    public Box moov() {
        return moov;
    }

    /** Seconds since 1904, 0 when unset. */
    public long created() {
        return created;
    }

    public long timescale() {
        return timescale;
    }

    /** As the header states, in units of the timescale. */
    public long duration() {
        return duration;
    }

    /** All tracks, of whatever kind. */
    public List<TrackBox> tracks() {
        return tracks;
    }

    /** Sound and picture tracks. */
    public List<Mp4Track> mediaTracks() {
        return tracks.stream().map(TrackBox::track).filter(Objects::nonNull).toList();
    }

    public @Nullable TrackBox find(int trackId) {
        for (TrackBox track : tracks) {
            if (track.id() == trackId) {
                return track;
            }
        }
        return null;
    }

    /** Whether fragments may follow ({@code mvex}). */
    public boolean fragmented() {
        return fragmented;
    }

    /** {@code trex} boxes by track id. */
    public Map<Integer, Fragment.Defaults> defaults() {
        return defaults;
    }

    /** How many tracks and sample descriptions it knows: of two movie boxes of one file the one that knows more counts. */
    long knowledge() {
        return tracks.size() + descriptions;
    }
}
