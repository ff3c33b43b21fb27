package io.mediatool.core.mp4.movie;

import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.mp4.box.Box;
import io.mediatool.core.mp4.box.FileWindow;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Walks the fragments of a file up to the first one that is not whole: {@code moof} and the box of data behind it must lie
 * inside the file with all that the moof refers to.
 */
public final class FragmentWalker {
    private static final int WINDOW_BYTES = 16 * 1024;
    private static final int MAX_MOOF = 64 << 20;

    private final FileWindow file;
    private final Map<Integer, Fragment.Defaults> defaults;
    private byte[] moof = new byte[0];
    private long position;
    private long wholeEnd;
    private long skipped;
    private @Nullable Fragment torn;
    private @Nullable Reference reference;

    /**
     * A producer reference time (§8.16.5).
     *
     * @param trackId whose
     * @param ntp wall clock
     * @param time of that track's media at it
     */
    public record Reference(int trackId, long ntp, long time) {}

    /** A walker of its own window that starts at the box at {@code from}. */
    public FragmentWalker(FileWindow file, long from, Map<Integer, Fragment.Defaults> defaults) {
        this.file = file.another(WINDOW_BYTES);
        this.defaults = defaults;
        this.position = from;
        this.wholeEnd = from;
    }

    /** Goes to the box at {@code from}. */
    void restart(long from) {
        position = from;
        torn = null;
    }

    /** The next whole fragment, or null. It is good until the next call. */
    public @Nullable Fragment next() throws IOException, MalformedException {
        while (true) {
            Box box = Box.top(file, position);
            if (box == null || box.end() > file.size()) {
                return null;
            }
            if (box.is("moof")) {
                Fragment fragment = fragment(box);
                if (torn != null) {
                    return null;
                }
                position = box.end();
                if (fragment != null) {
                    return fragment;
                }
            } else if (box.is("prft")) {
                reference(box);
            }
            position = box.end();
        }
    }

    private @Nullable Fragment fragment(Box box) throws IOException, MalformedException {
        if (box.size() > MAX_MOOF) {
            skipped++;
            return null;
        }
        int length = (int) box.size();
        if (moof.length < length) {
            moof = new byte[Math.max(length, moof.length * 2)];
        }
        file.bytes(box.start(), moof, length);
        Fragment fragment;
        try {
            int header = (int) (box.payload() - box.start());
            fragment = Fragment.parse(box.start(), moof, header, length, file.size(), defaults);
        } catch (MalformedException e) {
            // The boxes around it are sound, so what follows can still be kept.
            skipped++;
            return null;
        }
        Box data = Box.top(file, box.end());
        if (fragment.dataEnd() > file.size() || data == null || data.end() > file.size()) {
            torn = fragment;
            return null;
        }
        wholeEnd = data.is("moof") ? box.end() : data.end();
        return fragment;
    }

    private void reference(Box box) throws IOException, MalformedException {
        long fields = box.payload();
        boolean wide = box.end() - fields >= 24 && file.u8(fields) > 0;
        if (wide || box.end() - fields >= 20) {
            long time = wide ? file.i64(fields + 16) : file.u32(fields + 16);
            reference = new Reference(file.i32(fields + 4), file.i64(fields + 8), time);
        }
    }

    /** Where the last whole fragment seen ends; at first where the walk started. */
    public long wholeEnd() {
        return wholeEnd;
    }

    /** The fragment that broke off, when the walk has ended at one whose {@code moof} is whole. */
    public @Nullable Fragment torn() {
        return torn;
    }

    /** Fragments left out because their {@code moof} breaks the format. */
    public long skipped() {
        return skipped;
    }

    /** The last {@code prft} seen. */
    public @Nullable Reference reference() {
        return reference;
    }
}
