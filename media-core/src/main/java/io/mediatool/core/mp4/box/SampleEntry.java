package io.mediatool.core.mp4.box;

import io.mediatool.core.bits.ByteWriter;
import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.codec.MediaKind;
import io.mediatool.core.codec.SampleDescription;
import java.io.IOException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Sample entries of {@code stsd} (ISO/IEC 14496-12 §8.5.2, §12.1.3, §12.2.3; QuickTime's sound versions 1 and 2). */
public final class SampleEntry {
    private static final int MAX_CONFIG = 1 << 20;

    /** Boxes that stand in sample entries of any codec; the first other one is the codec's configuration. */
    private static final Set<String> GENERAL = Set.of(
            "pasp",
            "clap",
            "colr",
            "btrt",
            "fiel",
            "gama",
            "chan",
            "chnl",
            "srat",
            "sinf",
            "frma",
            "free",
            "skip",
            "uuid",
            "mdcv",
            "clli",
            "cclv",
            "amve",
            "st3d",
            "sv3d",
            "vexu",
            "ccst",
            "auxi",
            "sgpd",
            "dmix",
            "ludt",
            "\0\0\0\0");

    private SampleEntry() {}

    /** Writes {@code description} as a box: visual when it has a width, else audio. */
    public static void write(BoxWriter boxes, SampleDescription description) {
        boxes.start(description.type());
        ByteWriter out = boxes.out();
        out.zeros(6).u16(1);
        if (description.width() > 0) {
            out.zeros(16).u16(description.width()).u16(description.height());
            // 72 dpi both ways, one frame a sample, no compressor name, 24 bit colour.
            out.u32(0x0048_0000)
                    .u32(0x0048_0000)
                    .u32(0)
                    .u16(1)
                    .zeros(32)
                    .u16(0x18)
                    .u16(0xffff);
        } else {
            int rate = description.sampleRate();
            int bits = description.sampleSizeBits() > 0 ? description.sampleSizeBits() : 16;
            out.zeros(8).u16(description.channels()).u16(bits).u32(0);
            // 16.16 fixed point; faster ones are for the configuration to say.
            out.u16(rate <= 0xffff ? rate : 0).u16(0);
        }
        if (!description.configType().isEmpty()) {
            boxes.start(description.configType());
            out.bytes(description.config());
            boxes.end();
        }
        boxes.end();
    }

    /**
     * Reads the sample entry in {@code box}.
     *
     * @param isoVersion version of the {@code stsd} around it: 1 says that version 1 of a sound entry is ISO's, not QuickTime's
     */
    public static SampleDescription read(FileWindow file, Box box, MediaKind kind, int isoVersion)
            throws IOException, MalformedException {
        return kind == MediaKind.VIDEO ? visual(file, box) : audio(file, box, isoVersion);
    }

    private static SampleDescription visual(FileWindow file, Box box) throws IOException, MalformedException {
        long fields = box.payload();
        Box config = config(file, box.type(), fields + 78, box.end());
        return new SampleDescription(
                box.type(),
                config == null ? "" : config.type(),
                payload(file, config),
                file.u16(fields + 24),
                file.u16(fields + 26),
                0,
                0,
                0);
    }

    private static SampleDescription audio(FileWindow file, Box box, int isoVersion)
            throws IOException, MalformedException {
        long fields = box.payload();
        int version = isoVersion > 0 ? 0 : file.u16(fields + 8);
        int channels = file.u16(fields + 16);
        int bits = file.u16(fields + 18);
        int rate = (int) (file.u32(fields + 24) >>> 16);
        long boxes = fields + 28;
        if (version == 1) {
            boxes += 16;
        } else if (version == 2) {
            rate = (int) Math.max(0, Math.min(Integer.MAX_VALUE, Double.longBitsToDouble(file.i64(fields + 32))));
            channels = (int) Math.min(0xffff, file.u32(fields + 40));
            bits = (int) Math.min(0xffff, file.u32(fields + 48));
            boxes += 36;
        }
        Box config = config(file, box.type(), boxes, box.end());
        return new SampleDescription(
                box.type(), config == null ? "" : config.type(), payload(file, config), 0, 0, rate, channels, bits);
    }

    /** The configuration box. QuickTime hides it in {@code wave}, beside an empty box of the entry's own type. */
    private static @Nullable Box config(FileWindow file, String type, long from, long end)
            throws IOException, MalformedException {
        if (from > end) {
            throw new MalformedException("sample entry too short", from);
        }
        for (Box box = Box.child(file, from, end); box != null; box = Box.child(file, box.end(), end)) {
            if (box.is("wave")) {
                Box inside = config(file, type, box.payload(), box.end());
                if (inside != null) {
                    return inside;
                }
            } else if (!GENERAL.contains(box.type()) && !box.is(type)) {
                return box;
            }
        }
        return null;
    }

    private static byte[] payload(FileWindow file, @Nullable Box config) throws IOException, MalformedException {
        if (config == null) {
            return new byte[0];
        }
        long length = config.end() - config.payload();
        if (length > MAX_CONFIG) {
            throw new MalformedException("decoder configuration too large", config.start());
        }
        return file.bytes(config.payload(), (int) length);
    }
}
