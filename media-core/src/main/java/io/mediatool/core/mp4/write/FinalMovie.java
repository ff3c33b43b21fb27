package io.mediatool.core.mp4.write;

import io.mediatool.core.bits.ByteWriter;
import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.mp4.box.Box;
import io.mediatool.core.mp4.box.BoxWriter;
import io.mediatool.core.mp4.box.FileWindow;
import io.mediatool.core.mp4.movie.Movie;
import io.mediatool.core.mp4.movie.MovieFile;
import io.mediatool.core.mp4.movie.TrackBox;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The {@code moov} of an ordinary file, made from the one that the recording started with and the index counted. What is
 * not understood is copied; tables are holes whose places it tells.
 */
final class FinalMovie {
    private static final int MAX_COPY = 8 << 20;
    private static final long MAX_TIMESCALE = 0x7fff_ffffL;

    private final FileWindow file;
    private final Movie movie;
    private final IndexWalk index;
    private final boolean wide;
    private final @Nullable Long ntp;
    private final long timescale;
    private final BoxWriter boxes = new BoxWriter();
    private final Map<Integer, TrackTables.Places> places = new HashMap<>();
    private long copied;

    private FinalMovie(MovieFile from, IndexWalk index, boolean wide, @Nullable Long ntp) {
        this.file = from.file();
        this.movie = from.movie();
        this.index = index;
        this.wide = wide;
        this.ntp = ntp;
        this.timescale = timescale();
    }

    /**
     * Builds it.
     *
     * @param index counted
     * @param wide whether chunk positions take 64 bits
     * @param ntp wall clock of the movie's zero, or null to keep what the file says
     */
    static FinalMovie build(MovieFile from, IndexWalk index, boolean wide, @Nullable Long ntp)
            throws IOException, MalformedException {
        FinalMovie result = new FinalMovie(from, index, wide, ntp);
        result.movie();
        return result;
    }

    BoxWriter boxes() {
        return boxes;
    }

    Map<Integer, TrackTables.Places> places() {
        return places;
    }

    private void movie() throws IOException, MalformedException {
        long duration = 0;
        for (TrackBox track : movie.tracks()) {
            duration = Math.max(
                    duration, Edit.of(track, index.track(track.id()), timescale).total());
        }
        boxes.start("moov");
        Box moov = movie.moov();
        Box mvhd = moov.need(file, "mvhd");
        MovieBoxes.times(boxes, "mvhd", 0, created(), timescale, duration);
        copy(mvhd.payload() + (file.u8(mvhd.payload()) == 0 ? 20 : 32), mvhd.end());
        boxes.end();
        int next = 0;
        for (Box box = Box.child(file, moov.payload(), moov.end()); box != null; ) {
            boolean ours = ntp != null && box.is("udta");
            if (box.is("trak") && next < movie.tracks().size()) {
                TrackBox track = movie.tracks().get(next);
                // A second trak of the same id was left out when the movie was read.
                if (track.tkhd().start() > box.start() && track.tkhd().end() <= box.end()) {
                    track(box, track);
                    next++;
                }
            } else if (!box.is("mvhd") && !box.is("trak") && !box.is("mvex") && !free(box) && !ours) {
                copy(box.start(), box.end());
            }
            box = Box.child(file, box.end(), moov.end());
        }
        if (ntp != null) {
            MovieBoxes.userData(boxes, ntp);
        }
        boxes.end();
    }

    private void track(Box trak, TrackBox track) throws IOException, MalformedException {
        TrackIndex samples = index.track(track.id());
        Edit edit = Edit.of(track, samples, timescale);
        boxes.start("trak");
        Box tkhd = track.tkhd();
        MovieBoxes.trackTimes(boxes, file.i32(tkhd.payload()) & 0xff_ffff, created(), track.id(), edit.total());
        copy(tkhd.payload() + (file.u8(tkhd.payload()) == 0 ? 24 : 36), tkhd.end());
        boxes.end();
        edit.write(boxes);
        for (Box box = Box.child(file, trak.payload(), trak.end()); box != null; ) {
            if (box.start() == track.mdia().start()) {
                media(track, samples);
            } else if (!box.is("tkhd") && !box.is("edts") && !free(box)) {
                copy(box.start(), box.end());
            }
            box = Box.child(file, box.end(), trak.end());
        }
        boxes.end();
    }

    private void media(TrackBox track, TrackIndex samples) throws IOException, MalformedException {
        Box mdia = track.mdia();
        boxes.start("mdia");
        for (Box box = Box.child(file, mdia.payload(), mdia.end()); box != null; ) {
            if (box.is("mdhd")) {
                MovieBoxes.times(boxes, "mdhd", 0, created(), track.timescale(), samples.duration());
                copy(box.payload() + (file.u8(box.payload()) == 0 ? 20 : 32), box.end());
                boxes.end();
            } else if (box.start() == track.minf().start()) {
                information(track, samples);
            } else if (!free(box)) {
                copy(box.start(), box.end());
            }
            box = Box.child(file, box.end(), mdia.end());
        }
        boxes.end();
    }

    private void information(TrackBox track, TrackIndex samples) throws IOException, MalformedException {
        Box minf = track.minf();
        boxes.start("minf");
        for (Box box = Box.child(file, minf.payload(), minf.end()); box != null; ) {
            if (box.is("stbl")) {
                boxes.start("stbl");
                copy(track.stsd().start(), track.stsd().end());
                places.put(track.id(), tables(samples));
                boxes.end();
            } else if (!free(box)) {
                copy(box.start(), box.end());
            }
            box = Box.child(file, box.end(), minf.end());
        }
        boxes.end();
    }

    private TrackTables.Places tables(TrackIndex samples) {
        TrackTables counted = samples.tables();
        final long stts = table("stts", 0, counted.stts);
        // Version 1 has signed offsets.
        final long ctts = samples.anyCts() ? table("ctts", samples.negativeCts() ? 1 : 0, counted.ctts) : -1;
        final long stss = samples.syncs() < samples.samples() ? table("stss", 0, counted.stss) : -1;
        final long stsc = table("stsc", 0, counted.stsc);
        boxes.start("stsz", 0, 0).out().u32(samples.fixedSize()).u32(samples.samples());
        final long stsz = samples.fixedSize() > 0 ? -1 : boxes.hole(counted.stsz.bytes());
        boxes.end();
        boxes.start(wide ? "co64" : "stco", 0, 0).out().u32(counted.positions.entries());
        final long positions = boxes.hole(counted.positions.entries() * (wide ? 8 : 4));
        boxes.end();
        return new TrackTables.Places(stts, ctts, stsc, stsz, positions, wide, stss);
    }

    private long table(String type, int version, TableOut counted) {
        boxes.start(type, version, 0).out().u32(counted.entries());
        long place = boxes.hole(counted.bytes());
        boxes.end();
        return place;
    }

    private long created() {
        return ntp == null ? movie.created() : MovieBoxes.created(ntp);
    }

    private static boolean free(Box box) {
        return box.is("free") || box.is("skip");
    }

    private void copy(long from, long to) throws IOException, MalformedException {
        copied += to - from;
        if (to < from || copied > MAX_COPY) {
            throw new MalformedException("movie box too large", from);
        }
        byte[] bytes = file.bytes(from, (int) (to - from));
        ByteWriter out = boxes.out();
        out.bytes(bytes);
    }

    /** Milliseconds, or a finer unit where a track's start cannot be told exactly in them. */
    private long timescale() {
        long unit = MovieBoxes.TIMESCALE;
        for (TrackBox track : movie.tracks()) {
            long delay = index.track(track.id()).firstPts() + track.shift();
            if (delay > 0) {
                long denominator = track.timescale() / gcd(delay, track.timescale());
                long common = unit / gcd(unit, denominator) * denominator;
                unit = common <= MAX_TIMESCALE ? common : unit;
            }
        }
        return unit;
    }

    private static long gcd(long a, long b) {
        return b == 0 ? a : gcd(b, a % b);
    }
}
