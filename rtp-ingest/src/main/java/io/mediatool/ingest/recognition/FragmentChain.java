package io.mediatool.ingest.recognition;

/** Whether fragments of NAL units follow one another as they must: start, middles, end, of one type and timestamp. */
final class FragmentChain {
    private boolean known;
    private boolean open;
    private int openType;

    /** A packet that is no fragment. */
    int whole(Observation packet) {
        if (packet.contiguous() && known && open) {
            return Candidate.REFUTED;
        }
        known = true;
        open = false;
        return 0;
    }

    /** A fragment; {@code start} and {@code end} are its S and E bits. */
    int fragment(Observation packet, int type, boolean start, boolean end) {
        boolean follows = packet.contiguous() && known;
        if ((start && end) || (follows && start == open)) {
            return Candidate.REFUTED;
        }
        boolean continues = follows && open;
        if (continues && (type != openType || !packet.sameTimestamp())) {
            return Candidate.REFUTED;
        }
        known = true;
        open = !end;
        openType = type;
        return continues ? (end ? 3 : 1) : (start ? 1 : 0);
    }
}
