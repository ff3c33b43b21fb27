package io.mediatool.ingest.mpegts;

import org.jspecify.annotations.Nullable;

/** What one PID carries: tables, or a stream, which may be one of no use. And its continuity counter (§2.4.3.3). */
final class TsPid {
    private static final int NO_COUNTER = -1;

    private final @Nullable SectionReader sections;
    private final @Nullable TsStream stream;
    private final @Nullable PesReader pes;
    private int pcrPid;
    private int counter = NO_COUNTER;
    private boolean duplicated;
    private boolean scrambledSeen;

    private TsPid(@Nullable SectionReader sections, @Nullable TsStream stream, @Nullable PesReader pes, int pcrPid) {
        this.sections = sections;
        this.stream = stream;
        this.pes = pes;
        this.pcrPid = pcrPid;
    }

    static TsPid ofSections(SectionReader sections) {
        return new TsPid(sections, null, null, NO_COUNTER);
    }

    static TsPid ofStream(TsStream stream, int pcrPid, @Nullable PesReader pes) {
        return new TsPid(null, stream, pes, pcrPid);
    }

    @Nullable TsStream stream() {
        return stream;
    }

    /** The map named this stream again. */
    void setPcrPid(TsStream again, int newPcrPid) {
        if (again.equals(stream)) {
            pcrPid = newPcrPid;
        }
    }

    /** Checks the counter of a packet with payload; false for a duplicate, which is not to be used. */
    boolean follows(int packetCounter, boolean discontinuity, TsCounters counters) {
        int expected = (counter + 1) & 0x0f;
        if (counter == packetCounter && !discontinuity && !duplicated) {
            duplicated = true; // each packet may be sent twice, not more often
            counters.duplicates++;
            return false;
        }
        if (counter != NO_COUNTER && packetCounter != expected && !discontinuity) {
            counters.lost++;
            onLoss();
        }
        duplicated = false;
        counter = packetCounter;
        return true;
    }

    void onPayload(byte[] data, int offset, int length, boolean start) {
        if (sections != null) {
            sections.onPayload(data, offset, length, start);
        } else if (pes != null) {
            pes.onPayload(data, offset, length, start);
        }
    }

    void onLoss() {
        if (sections != null) {
            sections.onLoss();
        } else if (pes != null) {
            pes.onLoss();
        }
    }

    /** The stream, when this is its first scrambled packet. */
    @Nullable TsStream scrambledFirst() {
        boolean first = !scrambledSeen;
        scrambledSeen = true;
        return first ? stream : null;
    }

    void onClockRestart(int ofPcrPid) {
        if (pes != null && pcrPid == ofPcrPid) {
            pes.onClockRestart();
        }
    }

    void flush() {
        if (pes != null) {
            pes.flush();
        }
    }

    long badUnits() {
        return pes == null ? 0 : pes.stream().badUnits();
    }
}
