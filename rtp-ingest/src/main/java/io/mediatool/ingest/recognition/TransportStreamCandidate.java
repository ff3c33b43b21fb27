package io.mediatool.ingest.recognition;

/** RFC 2250: whole transport packets of 188 bytes, each with its sync byte. */
final class TransportStreamCandidate implements Candidate {
    private static final int PACKET_BYTES = 188;

    @Override
    public int judge(Observation packet) {
        if (packet.length() == 0 || packet.length() % PACKET_BYTES != 0) {
            return REFUTED;
        }
        int points = 0;
        for (int at = 0; at < packet.length(); at += PACKET_BYTES) {
            if (packet.at(at) != 0x47) {
                return REFUTED;
            }
            points += 2;
        }
        return points;
    }
}
