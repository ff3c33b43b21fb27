package io.mediatool.ingest.recognition;

/**
 * RFC 7741.
 *
 * <pre>
 * | X | 0 | N | S | 0 | PID (3) |   X: | I | L | T | K | 0000 |   I: | M | picture id (7 or 15) |   L: TL0PICIDX   T, K: TID, KEYIDX
 * frame: | size0 (3) | show (1) | version (3) | inter (1) | size1 (8) | size2 (8) |   key frame: 9d 01 2a, width, height
 * </pre>
 */
final class Vp8Candidate implements Candidate {
    private int lastPictureId = -1;
    private long firstPartition = -1;
    private long frameBytes;

    @Override
    public int judge(Observation packet) {
        int first = packet.at(0);
        int header = headerBytes(packet);
        if (packet.length() < 2 || (first & 0x48) != 0 || header < 0 || header >= packet.length()) {
            return REFUTED;
        }
        boolean starts = (first & 0x17) == 0x10;
        boolean follows = packet.contiguous();
        // A frame begins where the timestamp changes, and nowhere else.
        if (follows && starts == packet.sameTimestamp()) {
            return REFUTED;
        }
        int points = pictureId(packet, starts);
        if (points == REFUTED) {
            return REFUTED;
        }
        int payload = packet.length() - header;
        if (!starts) {
            frameBytes += payload;
            return points;
        }
        if (follows && firstPartition > frameBytes) {
            return REFUTED; // the frame before was shorter than its own first partition
        }
        points += follows && firstPartition >= 0 ? 1 : 0;
        int start = frameStart(packet, header);
        firstPartition =
                payload < 3 ? 0 : (packet.at(header) | packet.at(header + 1) << 8 | packet.at(header + 2) << 16) >> 5;
        frameBytes = payload;
        return start == REFUTED ? REFUTED : points + start;
    }

    /** The start code of key frames is 24 bits that chance does not make. */
    private static int frameStart(Observation packet, int header) {
        int frame = packet.at(header);
        if ((frame >> 1 & 7) > 3) {
            return REFUTED;
        }
        if ((frame & 1) != 0) {
            return 0;
        }
        boolean startCode =
                packet.at(header + 3) == 0x9d && packet.at(header + 4) == 0x01 && packet.at(header + 5) == 0x2a;
        return startCode ? 8 : REFUTED;
    }

    private int pictureId(Observation packet, boolean starts) {
        int id = -1;
        if ((packet.at(0) & 0x80) != 0 && (packet.at(1) & 0x80) != 0) {
            id = (packet.at(2) & 0x80) != 0 ? packet.u16(2) & 0x7fff : packet.at(2);
        }
        int last = lastPictureId;
        lastPictureId = id;
        if (id < 0 || last < 0 || !packet.contiguous()) {
            return 0;
        }
        int expected = starts ? last + 1 : last;
        // Wraps at 7 or 15 bits.
        return id == expected || (id == 0 && (expected & 0x7f) == 0) ? (starts ? 1 : 0) : REFUTED;
    }

    private static int headerBytes(Observation packet) {
        if ((packet.at(0) & 0x80) == 0) {
            return 1;
        }
        int extension = packet.at(1);
        if (extension < 0 || (extension & 0x0f) != 0 || extension == 0) {
            return -1;
        }
        int bytes = 2;
        if ((extension & 0x80) != 0) {
            bytes += packet.at(2) > 0x7f ? 2 : 1;
        }
        return bytes + ((extension & 0x40) != 0 ? 1 : 0) + ((extension & 0x30) != 0 ? 1 : 0);
    }
}
