package io.mediatool.core.mp4.box;

import io.mediatool.core.bits.MalformedException;
import java.io.IOException;
import java.util.Map;

/**
 * The fields of well-known full boxes as text. A layout is a list of {@code name:width}: 1, 2, 4 or 8 bytes, {@code s}
 * signed, {@code c} four characters, {@code v} 4 bytes in version 0 and 8 in version 1, {@code w} the same, signed, {@code
 * _} as name skips; {@code ?mask} only with these flags; what follows {@code *} repeats to the end of the box.
 */
final class DumpFields {
    private static final int MAX_ENTRIES = 40;

    private static final Map<String, String> LAYOUTS = Map.ofEntries(
            Map.entry("mvhd", "created:v modified:v timescale:4 duration:v"),
            Map.entry("tkhd", "created:v modified:v id:4 _:4 duration:v _:8 layer:2 group:2 volume:2"),
            Map.entry("mdhd", "created:v modified:v timescale:4 duration:v language:2"),
            Map.entry("hdlr", "_:4 type:c"),
            Map.entry("elst", "count:4 * duration:v media:w rate:4"),
            Map.entry("stts", "count:4 * samples:4 delta:4"),
            Map.entry("ctts", "count:4 * samples:4 offset:s"),
            Map.entry("stsc", "count:4 * first:4 samples:4 description:4"),
            Map.entry("stsz", "size:4 count:4 * :4"),
            Map.entry("stco", "count:4 * :4"),
            Map.entry("co64", "count:4 * :8"),
            Map.entry("stss", "count:4 * :4"),
            Map.entry("mehd", "duration:v"),
            Map.entry("trex", "id:4 description:4 duration:4 size:4 flags:4"),
            Map.entry("mfhd", "sequence:4"),
            Map.entry("tfhd", "id:4 base:8?1 description:4?2 duration:4?8 size:4?16 flags:4?32"),
            Map.entry("tfdt", "time:v"),
            Map.entry("trun", "count:4 offset:s?1 first:4?4 * duration:4?256 size:4?512 flags:4?1024 cts:s?2048"),
            Map.entry("prft", "track:4 ntp:8 time:v"),
            Map.entry("tfra", "id:4 lengths:4 count:4 * time:v moof:v traf:1 trun:1 sample:1"),
            Map.entry("mfro", "size:4"),
            Map.entry("vmhd", "mode:2"),
            Map.entry("smhd", "balance:2"));

    private DumpFields() {}

    static String of(FileWindow file, Box box) throws IOException, MalformedException {
        String layout = LAYOUTS.get(box.type());
        if (layout == null || box.end() - box.payload() < 4) {
            return "";
        }
        int version = file.u8(box.payload());
        int flags = file.i32(box.payload()) & 0xff_ffff;
        var text = new StringBuilder("v" + version + " " + Integer.toHexString(flags));
        int star = layout.indexOf('*');
        String[] fixed = (star < 0 ? layout : layout.substring(0, star)).trim().split(" ");
        long at = fields(file, box, box.payload() + 4, fixed, text);
        if (star >= 0) {
            String[] repeated = layout.substring(star + 1).trim().split(" ");
            for (int i = 0; at < box.end(); i++) {
                if (i == MAX_ENTRIES) {
                    return text.append(" …").toString();
                }
                text.append(" |");
                long next = fields(file, box, at, repeated, text);
                if (next == at) {
                    break;
                }
                at = next;
            }
        }
        return text.toString();
    }

    private static long fields(FileWindow file, Box box, long from, String[] fields, StringBuilder text)
            throws IOException, MalformedException {
        long wide = file.u8(box.payload()) == 0 ? 4 : 8;
        int flags = file.i32(box.payload());
        long at = from;
        for (String field : fields) {
            String name = field.substring(0, field.indexOf(':'));
            int mask = field.indexOf('?');
            if (mask >= 0 && (flags & Integer.parseInt(field, mask + 1, field.length(), 10)) == 0) {
                continue;
            }
            char kind = field.charAt(field.indexOf(':') + 1);
            int width = (int) (kind == 'v' || kind == 'w' ? wide : kind == 's' || kind == 'c' ? 4 : kind - '0');
            if (at + width > box.end()) {
                throw new MalformedException("box too short", box.start());
            }
            if (!name.equals("_")) {
                text.append(' ').append(name).append(name.isEmpty() ? "" : "=").append(value(file, at, kind, width));
            }
            at += width;
        }
        return at;
    }

    private static String value(FileWindow file, long at, char kind, int width) throws IOException, MalformedException {
        return switch (width) {
            case 1 -> String.valueOf(file.u8(at));
            case 2 -> String.valueOf(file.u16(at));
            case 8 -> String.valueOf(file.i64(at));
            default ->
                kind == 'c'
                        ? file.fourCc(at)
                        : String.valueOf(kind == 's' || kind == 'w' ? file.i32(at) : file.u32(at));
        };
    }
}
