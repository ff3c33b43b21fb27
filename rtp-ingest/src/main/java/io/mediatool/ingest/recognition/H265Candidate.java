package io.mediatool.ingest.recognition;

/** RFC 7798: single NAL units, aggregation packets, fragmentation units. */
final class H265Candidate implements Candidate {
    private static final int AGGREGATION = 48;
    private static final int FRAGMENTATION = 49;

    private final FragmentChain fragments = new FragmentChain();

    @Override
    public int judge(Observation packet) {
        if (packet.length() < 3 || !header(packet, 0)) {
            return REFUTED;
        }
        int type = packet.at(0) >> 1;
        if (type == FRAGMENTATION) {
            int header = packet.at(2);
            int inner = header & 0x3f;
            if (packet.length() < 4 || !plausible(inner)) {
                return REFUTED;
            }
            return fragments.fragment(packet, inner, (header & 0x80) != 0, (header & 0x40) != 0);
        }
        if (fragments.whole(packet) == REFUTED) {
            return REFUTED;
        }
        return type == AGGREGATION ? aggregate(packet) : unit(packet, 0);
    }

    private static int aggregate(Observation packet) {
        int at = 2;
        int points = 2;
        while (at < packet.length()) {
            int size = packet.u16(at);
            if (size < 2 || at + 2 + size > packet.length() || !header(packet, at + 2)) {
                return REFUTED;
            }
            int judged = unit(packet, at + 2);
            if (judged == REFUTED) {
                return REFUTED;
            }
            points += judged;
            at += 2 + size;
        }
        return points;
    }

    private static int unit(Observation packet, int at) {
        int type = packet.at(at) >> 1;
        if (!plausible(type)) {
            return REFUTED;
        }
        boolean lowest = (packet.at(at + 1) & 7) == 1;
        return switch (type) {
            // vps_max_layers 1, both reserved bits set; then 0xffff stands in all of them (§7.3.2.1).
            case 32 -> lowest && packet.u16(at + 4) == 0xffff ? 5 : lowest ? 0 : REFUTED;
            case 33 -> lowest ? 3 : REFUTED;
            case 35 -> lowest ? 1 : REFUTED;
            default -> 1;
        };
    }

    /** forbidden_zero_bit 0, nuh_layer_id 0, nuh_temporal_id_plus1 not 0. */
    private static boolean header(Observation packet, int at) {
        int two = packet.u16(at);
        return two >= 0 && (two & 0x81f8) == 0 && (two & 7) != 0;
    }

    private static boolean plausible(int type) {
        return type <= 9 || (type >= 16 && type <= 21) || (type >= 32 && type <= 40);
    }
}
