package io.mediatool.core.mp4.box;

import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.mp4.Mp4File;
import java.io.IOException;
import java.util.Locale;
import java.util.Set;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/** The box tree of a file as text, one box a line, for those who compare files. */
public final class BoxDump {
    private static final Set<String> CONTAINERS = Set.of(
            "moov", "trak", "edts", "mdia", "minf", "dinf", "stbl", "mvex", "moof", "traf", "mfra", "udta", "ilst",
            "wave", "sinf", "schi", "©day", "©too", "----");
    private static final int MAX_LINES = 20_000;
    private static final int MAX_DEPTH = 12;

    private final FileWindow file;
    private final StringBuilder text = new StringBuilder();
    private int lines;

    private BoxDump(FileWindow file) {
        this.file = file;
    }

    /**
     * Dumps the tree. Boxes that break off are shown as far as they go; this never fails for what a file holds.
     *
     * @throws IOException when the file cannot be read
     */
    public static String of(Mp4File file) throws IOException {
        FileWindow window = new FileWindow(file, 8192);
        BoxDump dump = new BoxDump(window);
        dump.level(0, window.size(), 0);
        return dump.text.toString();
    }

    private void level(long from, long end, int depth) throws IOException {
        long at = from;
        while (at < end && lines < MAX_LINES) {
            Box box = header(at, end, depth);
            if (box == null) {
                line(depth, "!! " + (end - at) + " bytes that are no box");
                return;
            }
            if (box.end() > end) {
                line(depth, box.type() + " " + box.size() + " !! only " + (end - at) + " bytes of it are there");
                return;
            }
            box(box, depth);
            at = box.end();
        }
    }

    private @Nullable Box header(long at, long end, int depth) throws IOException {
        try {
            return depth > 0 && (end - at < 8 || file.u32(at) == 0) ? null : Box.top(file, at);
        } catch (MalformedException e) {
            return null;
        }
    }

    private void box(Box box, int depth) throws IOException {
        String head = box.type() + " " + box.size();
        long children = depth >= MAX_DEPTH ? -1 : children(box);
        if (children >= 0 && children <= box.end()) {
            line(depth, head);
            level(children, box.end(), depth + 1);
            return;
        }
        String fields = "";
        if (!box.is("mdat") && !box.is("free") && !box.is("skip")) {
            try {
                fields = DumpFields.of(file, box);
                fields = fields.isEmpty() ? raw(box) : fields;
            } catch (MalformedException e) {
                fields = "!! " + e.getMessage();
            }
        }
        line(depth, head + (fields.isEmpty() ? "" : " " + fields));
    }

    /** Where the children of a container start, or -1 for a leaf. */
    private long children(Box box) throws IOException {
        if (CONTAINERS.contains(box.type())) {
            return box.payload();
        }
        if (box.is("stsd") || box.is("dref")) {
            return box.payload() + 8;
        }
        try {
            if (box.is("meta")) {
                // ISO's is a full box, QuickTime's is not.
                return box.size() > 16 && file.fourCc(box.payload() + 4).equals("hdlr")
                        ? box.payload()
                        : box.payload() + 4;
            }
        } catch (MalformedException e) {
            return -1;
        }
        return -1;
    }

    private String raw(Box box) throws IOException, MalformedException {
        int length = (int) Math.min(box.end() - box.payload(), 256);
        byte[] bytes = file.bytes(box.payload(), length);
        var hex = new StringBuilder();
        for (int i = 0; i < Math.min(length, 48); i++) {
            hex.append(String.format(Locale.ROOT, "%02x", bytes[i] & 0xff));
        }
        if (length > 48) {
            CRC32 crc = new CRC32();
            crc.update(bytes);
            hex.append(String.format(Locale.ROOT, "… crc %08x", crc.getValue()));
        }
        return hex.toString();
    }

    private void line(int depth, String content) {
        lines++;
        text.append("  ".repeat(depth)).append(content).append('\n');
    }
}
