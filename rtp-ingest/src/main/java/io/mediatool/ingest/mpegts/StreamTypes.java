package io.mediatool.ingest.mpegts;

import io.mediatool.core.bits.ByteReader;
import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.codec.Codec;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What a stream is, by its type and, where that says "private", by its descriptors. */
final class StreamTypes {
    static final int PRIVATE = 0x06;
    static final int ADTS = 0x0f;
    static final int LATM = 0x11;
    static final int H264 = 0x1b;
    static final int H265 = 0x24;

    private static final int REGISTRATION = 0x05;
    private static final int EXTENSION = 0x7f;
    private static final int OPUS_EXTENSION = 0x80;

    private StreamTypes() {}

    static TsStream stream(int pid, int program, int type, ByteReader descriptors) throws MalformedException {
        String named = "";
        int channels = 0;
        while (descriptors.remaining() >= 2) {
            int tag = descriptors.u8();
            ByteReader body = descriptors.slice(descriptors.u8());
            if (tag == REGISTRATION && body.remaining() >= 4) {
                named = registered(body.i32(), named);
            } else if (tag == EXTENSION && body.remaining() >= 2 && body.u8() == OPUS_EXTENSION) {
                channels = body.u8();
            } else if (type == PRIVATE) {
                named = named.isEmpty() ? described(tag) : named;
            }
        }
        String byType = name(type);
        String name = byType.isEmpty()
                ? (named.isEmpty() ? String.format(Locale.ROOT, "stream type 0x%02x", type) : named)
                : byType;
        if (type == PRIVATE && name.equals("Opus")) {
            // ETSI TS 101 154 of Opus in MPEG-TS: 0 is dual mono, above 2 is surround, which RTP has no format for.
            boolean plain = channels <= 2;
            return new TsStream(
                    pid,
                    program,
                    type,
                    plain ? Codec.OPUS : null,
                    plain ? name : "Opus surround",
                    plain ? Math.max(1, channels == 0 ? 2 : channels) : 0);
        }
        return new TsStream(pid, program, type, codec(type), name, 0);
    }

    private static @Nullable Codec codec(int type) {
        return switch (type) {
            case H264 -> Codec.H264;
            case H265 -> Codec.H265;
            case ADTS, LATM -> Codec.AAC;
            default -> null;
        };
    }

    private static String name(int type) {
        return switch (type) {
            case 0x01 -> "MPEG-1 video";
            case 0x02 -> "MPEG-2 video";
            case 0x03, 0x04 -> "MPEG audio (MP2)";
            case ADTS -> "AAC";
            case 0x10 -> "MPEG-4 video";
            case LATM -> "AAC (LATM)";
            case 0x15 -> "metadata";
            case H264 -> "H.264";
            case 0x21 -> "JPEG 2000";
            case H265 -> "H.265";
            case 0x33 -> "H.266";
            case 0x81 -> "AC-3";
            case 0x82, 0x85 -> "DTS";
            case 0x86 -> "SCTE-35";
            case 0x87 -> "E-AC-3";
            case 0xd1 -> "Dirac";
            default -> "";
        };
    }

    /** Format identifiers of the registration descriptor. */
    private static String registered(int identifier, String otherwise) {
        return switch (identifier) {
            case 0x4f707573 -> "Opus";
            case 0x41432d33 -> "AC-3";
            case 0x45414333 -> "E-AC-3";
            case 0x48455643 -> "H.265 (private)";
            case 0x41563031 -> "AV1";
            case 0x56503039 -> "VP9";
            case 0x42535344 -> "SMPTE 302M";
            case 0x4b4c5641 -> "KLV metadata";
            default -> otherwise;
        };
    }

    /** Descriptors of ETSI EN 300 468 that say what a private stream is. */
    private static String described(int tag) {
        return switch (tag) {
            case 0x56 -> "teletext";
            case 0x59 -> "DVB subtitles";
            case 0x6a -> "AC-3";
            case 0x7a -> "E-AC-3";
            case 0x7b -> "DTS";
            case 0x7c -> "AAC (private)";
            default -> "";
        };
    }
}
