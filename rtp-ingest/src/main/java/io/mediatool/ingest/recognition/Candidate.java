package io.mediatool.ingest.recognition;

/** One reading of the packets. */
interface Candidate {
    /** Not this: from now on. */
    int REFUTED = -1;

    /** Points for the next packet: 0 when it says nothing, {@link #REFUTED} when it contradicts. */
    int judge(Observation packet);
}
