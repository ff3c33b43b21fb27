package io.mediatool.ingest.recognition;

/**
 * RFC 9628, by what every sender shows: B where a frame begins, E where it ends, a picture id that counts, the frame marker
 * and the sync code of key frames.
 *
 * <pre>
 * | I | P | L | F | B | E | V | Z |   I: | M | picture id (7 or 15) |   L: TID U SID D, without F TL0PICIDX   …
 * frame: | marker = 2 (2) | profile (2) … show_existing (1) | frame_type (1) | show (1) | resilient (1) |   key: 49 83 42
 * </pre>
 */
final class Vp9Candidate implements Candidate {
    private boolean ended;
    private boolean endKnown;
    private int lastPictureId = -1;

    @Override
    public int judge(Observation packet) {
        int first = packet.at(0);
        boolean counted = (first & 0x80) != 0;
        // FFmpeg sends no picture id, and then nothing else either: only B and E.
        if (packet.length() < 4 || (!counted && (first & 0xf3) != 0)) {
            return REFUTED;
        }
        boolean begins = (first & 0x08) != 0;
        boolean ends = (first & 0x04) != 0;
        if (packet.contiguous() && endKnown && begins != ended) {
            return REFUTED;
        }
        if (packet.contiguous() && packet.sameTimestamp() == begins && !layered(packet)) {
            return REFUTED;
        }
        ended = ends;
        endKnown = true;
        if (!counted) {
            return begins ? frameStart(packet, 1, packet.contiguous() ? 1 : 0) : 0;
        }
        boolean wide = packet.at(1) > 0x7f;
        int id = wide ? packet.u16(1) & 0x7fff : packet.at(1);
        int points = pictureId(packet, id);
        return points == REFUTED || !begins ? points : frameStart(packet, wide ? 3 : 2, points);
    }

    private int pictureId(Observation packet, int id) {
        int last = lastPictureId;
        lastPictureId = id;
        if (last < 0 || !packet.contiguous()) {
            return 0;
        }
        int expected = packet.sameTimestamp() ? last : last + 1;
        return id == expected || (id == 0 && (expected & 0x7f) == 0) ? (packet.sameTimestamp() ? 0 : 1) : REFUTED;
    }

    /** Spatial layers are frames of their own, of one timestamp. */
    private static boolean layered(Observation packet) {
        return (packet.at(0) & 0x20) != 0;
    }

    private static int frameStart(Observation packet, int afterId, int points) {
        int first = packet.at(0);
        boolean plain = (first & 0x12) == 0; // neither flexible mode nor a scalability structure
        int at = afterId + ((first & 0x20) != 0 ? 2 : 0);
        if (plain && (packet.at(at) < 0 || packet.at(at) >> 6 != 2)) {
            return REFUTED;
        }
        // The sync code of a key frame, in the first bytes: before it there may be a structure of variable length.
        for (int i = at; i < Math.min(at + 40, packet.length() - 2); i++) {
            int three = packet.u16(i) << 8 | packet.at(i + 2);
            if (three == 0x498342 || three == 0x24c1a1) { // profile 3 has one bit more before it
                return points + 8;
            }
        }
        return points;
    }
}
