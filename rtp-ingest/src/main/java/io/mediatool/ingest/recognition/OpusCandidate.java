package io.mediatool.ingest.recognition;

/** RFC 7587: one packet of RFC 6716 in each payload, and timestamps that go on by just what the packet before lasts. */
final class OpusCandidate implements Candidate {
    private static final int SMALLEST = 120;
    private static final int LONGEST = 5760;

    private int duration;
    private int config;
    private boolean irregular;

    @Override
    public int judge(Observation packet) {
        int before = duration;
        int configBefore = config;
        config = packet.at(0) >> 3;
        duration = duration(packet);
        if (duration <= 0 || duration > LONGEST) {
            return REFUTED;
        }
        if (packet.first() || !packet.contiguous()) {
            return 0;
        }
        int step = packet.timestampStep();
        if (step != before) {
            // Excused once: the first step of VLC and GStreamer lacks the encoder's delay, and silence is not sent.
            boolean excused = step > 0 && !irregular;
            irregular = true;
            return excused ? 0 : REFUTED;
        }
        // Encoders stay with a configuration; of random octets one in 32 would.
        return config == configBefore ? 2 : 0;
    }

    /** In samples of 48 kHz by the first octet (RFC 6716 §3.1), or -1 when the packet breaks §3.2. */
    private static int duration(Observation packet) {
        int toc = packet.at(0);
        if (toc < 0) {
            return -1;
        }
        int config = toc >> 3;
        int frame;
        if (config < 12) {
            frame = new int[] {480, 960, 1920, 2880}[config & 3];
        } else {
            frame = config < 16 ? 480 << (config & 1) : SMALLEST << (config & 3);
        }
        return switch (toc & 3) {
            case 0 -> packet.length() <= 1276 ? frame : -1;
            case 1 -> (packet.length() & 1) == 1 ? 2 * frame : -1;
            case 2 -> packet.length() >= 2 ? 2 * frame : -1;
            default -> (packet.at(1) & 0x3f) > 0 && packet.at(1) >= 0 ? (packet.at(1) & 0x3f) * frame : -1;
        };
    }
}
