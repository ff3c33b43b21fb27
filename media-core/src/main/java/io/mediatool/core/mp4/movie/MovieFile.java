package io.mediatool.core.mp4.movie;

import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.codec.MediaKind;
import io.mediatool.core.mp4.Mp4File;
import io.mediatool.core.mp4.Mp4State;
import io.mediatool.core.mp4.box.Box;
import io.mediatool.core.mp4.box.FileWindow;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The top level of a file, as far as it must be read to find its movie. */
public final class MovieFile {
    private static final int WINDOW_BYTES = 16 * 1024;
    private static final int MAX_BRANDS = 64;
    /** Files of millions of top-level boxes are fragmented ones, whose movie stands at the front. */
    private static final int MAX_BOXES = 4_000_000;

    private final FileWindow file;
    private final List<String> brands = new ArrayList<>();
    private @Nullable Movie movie;
    private @Nullable MalformedException broken;
    private long firstMoof = -1;
    private long firstMedia = -1;
    private long placeholder = -1;
    private long headEnd;
    private boolean inHead = true;
    private long wholeEnd;
    private boolean hybrid;

    private MovieFile(FileWindow file) {
        this.file = file;
    }

    /**
     * Finds the movie of a file.
     *
     * @throws MalformedException when there is none that can be read
     */
    public static MovieFile scan(Mp4File file) throws IOException, MalformedException {
        MovieFile found = new MovieFile(new FileWindow(file, WINDOW_BYTES));
        found.scan();
        if (found.movie == null) {
            MalformedException cause = found.broken;
            throw cause != null
                    ? cause
                    : new MalformedException(file.size() == 0 ? "the file is empty" : "no movie box", -1);
        }
        return found;
    }

    private void scan() throws IOException, MalformedException {
        long at = 0;
        for (int i = 0; i < MAX_BOXES; i++) {
            Box box = Box.top(file, at);
            if (box == null || box.end() > file.size()) {
                break;
            }
            box(box, at);
            at = box.end();
            wholeEnd = at;
            if (firstMoof >= 0 && movie != null) {
                break;
            }
        }
    }

    private void box(Box box, long before) throws IOException, MalformedException {
        switch (box.type()) {
            case "ftyp" -> {
                for (long at = box.payload(); at + 4 <= box.end() && brands.size() < MAX_BRANDS; at += 4) {
                    brands.add(file.fourCc(at));
                }
                // 16 bytes right behind it are what finishing a recording overwrites.
                Box next = Box.top(file, box.end());
                if (next != null && next.size() == 16 && next.payload() - next.start() == 8) {
                    placeholder = next.start();
                }
            }
            case "moov" -> movie(box);
            case "moof" -> firstMoof = firstMoof < 0 ? before : firstMoof;
            case "mdat" -> hybrid |= hidesMovie(box);
            default -> {
                // free, wide, prft, sidx …
            }
        }
        boolean leading = box.is("ftyp") || box.is("styp") || box.is("free") || box.is("skip") || box.is("wide");
        if (firstMedia < 0 && !leading) {
            firstMedia = box.start();
        }
        Movie known = movie;
        inHead &= leading || box.is("moov") && known != null && known.fragmented();
        if (inHead) {
            headEnd = box.end();
        }
    }

    private void movie(Box box) throws IOException, MalformedException {
        try {
            Movie found = Movie.parse(file, box);
            Movie known = movie;
            if (known == null
                    || found.fragmented() && !known.fragmented()
                    || found.fragmented() == known.fragmented() && found.knowledge() > known.knowledge()) {
                movie = found;
            }
        } catch (MalformedException e) {
            broken = e;
        }
    }

    /** Whether an {@code mdat} begins with boxes, as that of a finished hybrid recording does. */
    private boolean hidesMovie(Box mdat) throws IOException, MalformedException {
        if (mdat.end() - mdat.payload() < 8) {
            return false;
        }
        Box inside = Box.top(file, mdat.payload());
        return inside != null
                && inside.end() <= mdat.end()
                && (inside.is("moov") || inside.is("free") || inside.is("skip") || inside.is("moof"));
    }

    public FileWindow file() {
        return file;
    }

    public Movie movie() {
        Movie found = movie;
        if (found == null) {
            throw new IllegalStateException("scanned without a movie");
        }
        return found;
    }

    /** Brands of {@code ftyp}: the major one, its version, the compatible ones. */
    public List<String> brands() {
        return brands;
    }

    /** Whether samples are in fragments. */
    public boolean fragmented() {
        return movie().fragmented();
    }

    public Mp4State state() {
        if (fragmented()) {
            return placeholder >= 0 ? Mp4State.UNFINISHED : Mp4State.FRAGMENTED;
        }
        return hybrid ? Mp4State.HYBRID : Mp4State.PROGRESSIVE;
    }

    /** Where fragments start to be looked for: behind the movie and the room kept free beside it. */
    public long fragmentsFrom() {
        return movie().moov().end() <= headEnd || firstMoof < 0 ? headEnd : firstMoof;
    }

    /** The first {@code moof} at the top level, or -1. */
    public long firstMoof() {
        return firstMoof;
    }

    /** The first box that is neither a brand nor room left free, or -1. */
    public long firstMedia() {
        return firstMedia;
    }

    /** The 16 bytes that are to become the header of one great {@code mdat}, or -1. */
    public long placeholder() {
        return placeholder;
    }

    /** End of the last whole box that was seen. The scan of a fragmented file ends at the first fragment. */
    public long wholeEnd() {
        return wholeEnd;
    }

    /** End of the last whole box from {@code position} on, up to the next box of media or what is torn. */
    public long wholeBoxesFrom(long position) throws IOException, MalformedException {
        long end = position;
        Box box = Box.top(file, end);
        while (box != null && !box.is("moof") && !box.is("mdat") && box.end() <= file.size()) {
            end = box.end();
            box = Box.top(file, end);
        }
        return end;
    }

    /** A cursor before the first sample of a track, on the media's own clock. */
    public SampleCursor cursor(TrackBox track) throws IOException, MalformedException {
        boolean sound = track.track() != null && track.track().kind() == MediaKind.AUDIO;
        boolean tiny = sound && track.tables.fixedSize() > 0 && track.tables.fixedSize() <= 64;
        TableCursor tables = new TableCursor(file, track.tables, tiny ? Math.max(1, track.timescale() / 50) : 1);
        if (!fragmented()) {
            return tables;
        }
        return new TrackCursor(
                tables, new FragmentCursor(file, fragmentsFrom(), movie().defaults(), track.id(), tables.endTime()));
    }

    /** A cursor over the tables alone, one sample at a step. */
    public SampleCursor tableCursor(TrackBox track) {
        return new TableCursor(file, track.tables, 1);
    }
}
