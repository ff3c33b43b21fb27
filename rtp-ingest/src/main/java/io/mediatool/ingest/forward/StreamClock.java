package io.mediatool.ingest.forward;

import io.mediatool.core.rtp.NtpTime;
import java.time.InstantSource;

/**
 * Puts the tracks of one stream onto one clock of ours: the sender's own clock, shifted once by what it differed from our
 * wall clock at its first report. Tracks whose sender says nothing go by arrival.
 */
final class StreamClock {
    /** Reports of tracks that differ by more than this are of senders with clocks of their own. */
    private static final long SAME_CLOCK_NS = 5_000_000_000L;

    private final InstantSource wallClock;
    private boolean known;
    private long shiftNs;

    StreamClock(InstantSource wallClock) {
        this.wallClock = wallClock;
    }

    /** Our wall clock. */
    long ntpNow() {
        return NtpTime.ofInstant(wallClock.instant());
    }

    /**
     * The shift for a track that hears from its sender for the first time.
     *
     * @param measuredNs our wall clock less the sender's, by this report
     * @param restarted whether the track had another sender before: the whole stream probably has a new clock then
     */
    long adopt(long measuredNs, boolean restarted) {
        boolean far = Math.abs(measuredNs - shiftNs) > SAME_CLOCK_NS;
        if (!known || far && restarted) {
            known = true;
            shiftNs = measuredNs;
        } else if (far) {
            return measuredNs;
        }
        return shiftNs;
    }
}
