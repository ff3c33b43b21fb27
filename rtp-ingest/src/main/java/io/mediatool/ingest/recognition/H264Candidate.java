package io.mediatool.ingest.recognition;

import io.mediatool.core.bits.BitReader;
import io.mediatool.core.bits.MalformedException;

/** RFC 6184: single NAL units, STAP-A, FU-A. */
final class H264Candidate implements Candidate {
    private static final int STAP_A = 24;
    private static final int FU_A = 28;

    private final FragmentChain fragments = new FragmentChain();

    @Override
    public int judge(Observation packet) {
        int type = packet.at(0) & 0x1f;
        if (packet.length() < 2 || packet.at(0) > 0x7f) {
            return REFUTED; // forbidden_zero_bit
        }
        if (type == FU_A) {
            int header = packet.at(1);
            int inner = header & 0x1f;
            if (packet.length() < 3 || (header & 0x20) != 0 || !plausible(packet.at(0) & 0x60 | inner) || inner > 5) {
                return REFUTED;
            }
            boolean start = (header & 0x80) != 0;
            if (start && !sliceBegins(packet, 2)) {
                return REFUTED;
            }
            return fragments.fragment(packet, packet.at(0) & 0x60 | inner, start, (header & 0x40) != 0);
        }
        if (fragments.whole(packet) == REFUTED) {
            return REFUTED;
        }
        return type == STAP_A ? aggregate(packet) : unit(packet, 0, packet.length());
    }

    /** Sizes that add up to the packet, each before a NAL unit that may stand there. */
    private static int aggregate(Observation packet) {
        int at = 1;
        int points = 2;
        while (at < packet.length()) {
            int size = packet.u16(at);
            if (size < 1 || at + 2 + size > packet.length()) {
                return REFUTED;
            }
            int judged = unit(packet, at + 2, size);
            if (judged == REFUTED) {
                return REFUTED;
            }
            points += judged;
            at += 2 + size;
        }
        return points;
    }

    private static int unit(Observation packet, int at, int length) {
        int header = packet.at(at);
        if (!plausible(header)) {
            return REFUTED;
        }
        return switch (header & 0x1f) {
            case 1, 5 -> sliceBegins(packet, at + 1) ? 1 : REFUTED;
            // The reserved bits of the constraint flags, and a level that exists (Table A-1).
            case 7 -> length > 6 && (packet.at(at + 2) & 3) == 0 && level(packet.at(at + 3)) ? 4 : REFUTED;
            case 9 -> length == 2 && (packet.at(at + 1) & 0x1f) == 0x10 ? 2 : REFUTED;
            default -> 0;
        };
    }

    /** Types that are sent, and nal_ref_idc where its value is fixed (§7.4.1). */
    private static boolean plausible(int header) {
        boolean referenced = (header & 0x60) != 0;
        return header <= 0x7f
                && switch (header & 0x1f) {
                    case 1, 2, 3, 4, 14, 19, 20 -> true;
                    case 5, 7, 8, 13, 15 -> referenced;
                    case 6, 9, 10, 11, 12 -> !referenced;
                    default -> false;
                };
    }

    private static boolean level(int level) {
        return level >= 9 && level <= 62 && (level % 10 <= 3 || level == 9);
    }

    /** first_mb_in_slice, slice_type, pic_parameter_set_id in their ranges. Partitions and extensions are let pass. */
    private static boolean sliceBegins(Observation packet, int at) {
        try {
            BitReader reader =
                    new BitReader(packet.data(), packet.offset() + at, Math.min(16, Math.max(0, packet.length() - at)));
            return reader.ue() < 140_000 && reader.ue() <= 9 && reader.ue() <= 255;
        } catch (MalformedException e) {
            return false;
        }
    }
}
