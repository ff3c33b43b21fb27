package io.mediatool.ingest.recognition;

/**
 * RFC 3640 in mode AAC-hbr: AU headers of 16 bits whose sizes add up to the packet. It can be told, but not played: sample
 * rate and channels are in the description only.
 */
final class AacCandidate implements Candidate {
    @Override
    public int judge(Observation packet) {
        int bits = packet.u16(0);
        if (bits < 16 || bits % 16 != 0) {
            return REFUTED;
        }
        int headers = bits / 16;
        long sum = 2 + 2L * headers;
        for (int i = 0; i < headers; i++) {
            int header = packet.u16(2 + 2 * i);
            if (header < 0 || (header & 7) != 0) {
                return REFUTED; // beyond the end, or interleaved
            }
            sum += header >> 3;
        }
        boolean fragment = headers == 1 && sum > packet.length();
        return sum == packet.length() ? 2 : fragment ? 0 : REFUTED;
    }
}
