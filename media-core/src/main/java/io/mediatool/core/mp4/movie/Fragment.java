package io.mediatool.core.mp4.movie;

import io.mediatool.core.bits.ByteReader;
import io.mediatool.core.bits.MalformedException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** One {@code moof} (ISO/IEC 14496-12 §8.8.4): its track runs in the order of the file. */
public final class Fragment {

    /** {@code trex} (§8.8.3). {@code description} counts from 1, as in the file. */
    public record Defaults(int description, long duration, long size, int flags) {
        public static final Defaults NONE = new Defaults(1, 0, 0, 0);
    }

    private final long start;
    private final byte[] moof;
    private final long fileSize;
    private final Map<Integer, Defaults> defaults;
    private final List<Run> runs = new ArrayList<>();
    /** Where the data of the traf before ended: the base of the next, when nothing else is said. */
    private long dataEnd;

    private Fragment(long start, byte[] moof, long fileSize, Map<Integer, Defaults> defaults) {
        this.start = start;
        this.moof = moof;
        this.fileSize = fileSize;
        this.defaults = defaults;
        this.dataEnd = start;
    }

    /**
     * Reads a movie fragment.
     *
     * @param start where the box starts in the file
     * @param moof the whole box; borrowed until the runs have been stepped through
     * @param headerBytes of the box, 8 or 16
     * @param length of the box within {@code moof}
     * @param defaults by track id
     */
    static Fragment parse(
            long start, byte[] moof, int headerBytes, int length, long fileSize, Map<Integer, Defaults> defaults)
            throws MalformedException {
        Fragment fragment = new Fragment(start, moof, fileSize, defaults);
        fragment.children(headerBytes, length, "traf");
        return fragment;
    }

    public long start() {
        return start;
    }

    /** Its runs; each can be stepped through once. */
    public List<Run> runs() {
        return runs;
    }

    /** Where the last byte of sample data that it names ends. */
    public long dataEnd() {
        long end = 0;
        for (Run run : runs) {
            end = Math.max(end, run.position() + run.bytes());
        }
        return end;
    }

    private void children(int from, int to, String wanted) throws MalformedException {
        int at = from;
        Traf traf = wanted.equals("trun") ? new Traf() : null;
        while (to - at >= 8) {
            ByteReader in = new ByteReader(moof, at, to - at);
            long size = in.u32();
            String type = new String(in.bytes(4), StandardCharsets.ISO_8859_1);
            if (size < 8 || size > to - at) {
                throw new MalformedException("box larger than its parent", start + at);
            }
            int end = at + (int) size;
            if (traf == null && type.equals("traf")) {
                children(at + 8, end, "trun");
            } else if (traf != null) {
                traf.box(type, at + 8, end);
            }
            at = end;
        }
    }

    /** {@code traf} (§8.8.6) as it is read. */
    private final class Traf {
        private int track;
        private long base = dataEnd;
        private int description;
        private long duration;
        private long size;
        private int flags;
        private long time = -1;
        private boolean known;

        void box(String type, int from, int to) throws MalformedException {
            switch (type) {
                case "tfhd" -> header(new ByteReader(moof, from, to - from));
                case "tfdt" -> {
                    ByteReader in = new ByteReader(moof, from, to - from);
                    time = in.i32() >>> 24 == 0 ? in.u32() : Math.max(0, in.i64());
                }
                case "trun" -> run(from, to);
                default -> {
                    // sbgp, saiz, subs …: nothing that playing needs.
                }
            }
        }

        // | base-data-offset 0x1 | description 0x2 | duration 0x8 | size 0x10 | flags 0x20 | base is moof 0x20000
        private void header(ByteReader in) throws MalformedException {
            int has = in.i32() & 0xff_ffff;
            track = in.i32();
            Defaults trex = defaults.getOrDefault(track, Defaults.NONE);
            if ((has & 1) != 0) {
                base = in.i64();
            } else if ((has & 0x2_0000) != 0) {
                base = start;
            }
            description = (has & 2) != 0 ? in.i32() : trex.description();
            duration = (has & 8) != 0 ? in.u32() : trex.duration();
            size = (has & 0x10) != 0 ? in.u32() : trex.size();
            flags = (has & 0x20) != 0 ? in.i32() : trex.flags();
            known = true;
            dataEnd = base;
        }

        private void run(int from, int to) throws MalformedException {
            if (!known) {
                throw new MalformedException("track run before its header", start + from);
            }
            ByteReader in = new ByteReader(moof, from, to - from);
            int versionAndFlags = in.i32();
            long count = in.u32();
            long position = (versionAndFlags & 1) != 0 ? base + in.i32() : dataEnd;
            int first = (versionAndFlags & 4) != 0 ? in.i32() : flags;
            var shape = new Run.Shape(versionAndFlags & 0xffffff, duration, size, flags, first);
            long entries = count * shape.entryBytes();
            if (entries > in.remaining()) {
                throw new MalformedException("table larger than its box", start + from);
            }
            // Without a table nothing bounds the count but the file itself.
            if (shape.entryBytes() == 0 && count > 0 && (size == 0 || count > fileSize / size)) {
                throw new MalformedException("more samples than bytes", start + from);
            }
            if (position < 0) {
                throw new MalformedException("data before the file", start + from);
            }
            Run run = new Run(track, description - 1, time, position, (int) Math.min(count, Integer.MAX_VALUE));
            run.entries(moof, from + in.position(), shape);
            runs.add(run);
            time = -1;
            dataEnd = position + run.bytes();
        }
    }
}
