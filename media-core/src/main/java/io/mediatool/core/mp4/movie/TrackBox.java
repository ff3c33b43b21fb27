package io.mediatool.core.mp4.movie;

import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.codec.MediaKind;
import io.mediatool.core.codec.SampleDescription;
import io.mediatool.core.mp4.Mp4Track;
import io.mediatool.core.mp4.box.Box;
import io.mediatool.core.mp4.box.FileWindow;
import io.mediatool.core.mp4.box.SampleEntry;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A {@code trak} box. Its parts are known by where they lie, so that repair can copy what it does not understand. */
public final class TrackBox {
    private static final int MAX_DESCRIPTIONS = 1024;
    private static final int MAX_EDITS = 64;

    final Box tkhd;
    final Box mdia;
    final Box minf;
    final Box stsd;
    final int id;
    final int timescale;
    final SampleTables tables;
    /** What to add to a media time to get the movie's, in units of the track's timescale. */
    private final long shift;

    private final @Nullable Mp4Track track;

    private TrackBox(FileWindow file, Box trak, long movieTimescale) throws IOException, MalformedException {
        tkhd = trak.need(file, "tkhd");
        mdia = trak.need(file, "mdia");
        minf = mdia.need(file, "minf");
        Box stbl = minf.need(file, "stbl");
        stsd = stbl.need(file, "stsd");
        id = file.i32(tkhd.payload() + (file.u8(tkhd.payload()) == 0 ? 12 : 20));
        Box mdhd = mdia.need(file, "mdhd");
        boolean wide = file.u8(mdhd.payload()) != 0;
        timescale = file.i32(mdhd.payload() + (wide ? 20 : 12));
        if (timescale <= 0) {
            throw new MalformedException("timescale out of range", mdhd.start());
        }
        long duration = wide ? file.i64(mdhd.payload() + 24) : file.u32(mdhd.payload() + 16);
        tables = SampleTables.of(file, stbl);
        long[] edit = edits(file, trak, movieTimescale);
        shift = edit[0] - edit[1];
        String handler = file.fourCc(mdia.need(file, "hdlr").payload() + 8);
        MediaKind kind = handler.equals("vide") ? MediaKind.VIDEO : handler.equals("soun") ? MediaKind.AUDIO : null;
        List<SampleDescription> entries = kind == null ? List.of() : descriptions(file, kind);
        boolean unset = duration < 0 || !wide && duration == 0xffff_ffffL;
        track = kind == null || entries.isEmpty()
                ? null
                : new Mp4Track(
                        id,
                        kind,
                        timescale,
                        entries,
                        unset ? 0 : duration,
                        edit[0],
                        edit[2],
                        language(file.u16(mdhd.payload() + (wide ? 32 : 20))));
    }

    static TrackBox parse(FileWindow file, Box trak, long movieTimescale) throws IOException, MalformedException {
        return new TrackBox(file, trak, movieTimescale);
    }

    /** The track, or null when it is neither sound nor picture. */
    public @Nullable Mp4Track track() {
        return track;
    }

    /** The file's id of it. */
    public int id() {
        return id;
    }

    public int timescale() {
        return timescale;
    }

    /** What to add to a media time to get the movie's (edit list), in units of the timescale. */
    public long shift() {
        return shift;
    }

    public Box tkhd() {
        return tkhd;
    }

    public Box mdia() {
        return mdia;
    }

    public Box minf() {
        return minf;
    }

    public Box stsd() {
        return stsd;
    }

    /** Number of sample descriptions, of whatever kind. */
    public long entries(FileWindow file) throws IOException, MalformedException {
        return file.u32(stsd.payload() + 4);
    }

    private List<SampleDescription> descriptions(FileWindow file, MediaKind kind)
            throws IOException, MalformedException {
        var list = new ArrayList<SampleDescription>();
        Box entry = Box.child(file, stsd.payload() + 8, stsd.end());
        while (entry != null && list.size() < MAX_DESCRIPTIONS) {
            list.add(SampleEntry.read(file, entry, kind, file.u8(stsd.payload())));
            entry = Box.child(file, entry.end(), stsd.end());
        }
        return list;
    }

    /**
     * The delay before the media, the media time it starts at and how long it is shown (0: not
     * known), in units of the timescale. Empty edits add up to the delay; the first edit with media
     * gives the start. What later edits leave out is played nevertheless.
     */
    private long[] edits(FileWindow file, Box trak, long movieTimescale) throws IOException, MalformedException {
        Box edts = trak.find(file, "edts");
        Box elst = edts == null ? null : edts.find(file, "elst");
        long delay = 0;
        if (elst == null) {
            return new long[] {0, 0, 0};
        }
        boolean wide = file.u8(elst.payload()) != 0;
        Table table = Table.of(file, elst, 0, wide ? 160 : 96);
        for (long i = 0; i < Math.min(MAX_EDITS, table.count()); i++) {
            long at = table.position() + i * (wide ? 20 : 12);
            long duration = wide ? file.i64(at) : file.u32(at);
            long media = wide ? file.i64(at + 8) : file.i32(at + 4);
            if (media >= 0) {
                boolean alone = i + 1 == table.count() && duration > 0 && duration / movieTimescale < Integer.MAX_VALUE;
                long shown = alone ? rescaled(duration, movieTimescale, timescale, elst.start()) : 0;
                return new long[] {delay, Math.min(media, 1L << 60), shown};
            }
            delay += rescaled(duration, movieTimescale, timescale, elst.start());
        }
        return new long[] {delay, 0, 0};
    }

    private static long rescaled(long value, long from, long to, long offset) throws MalformedException {
        long seconds = value / from;
        if (value < 0 || seconds > Integer.MAX_VALUE) {
            throw new MalformedException("edit out of range", offset);
        }
        return seconds * to + (value % from * to + from / 2) / from;
    }

    // | pad 1 | three letters of 5 bits, less 0x60 |
    private static String language(int packed) {
        var letters = new StringBuilder();
        for (int shift = 10; shift >= 0; shift -= 5) {
            char letter = (char) ((packed >> shift & 0x1f) + 0x60);
            if (letter < 'a' || letter > 'z') {
                return "und";
            }
            letters.append(letter);
        }
        return letters.toString();
    }
}
