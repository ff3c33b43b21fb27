package io.mediatool.core.stream;

import io.mediatool.core.rtp.NtpTime;
import io.mediatool.core.rtp.Timescale;
import org.jspecify.annotations.Nullable;

/**
 * Maps one track's RTP timestamps to wall-clock time: by the newest RTCP sender report where there is one, else by the
 * arrival of its first packet.
 */
public final class SenderClock {
    private final Timescale scale;
    private RtpIncomingSourceGroup.@Nullable SenderReport report;
    private boolean anchored;
    private long anchorTimestamp;
    private long anchorNtp;

    /**
     * @param clockRate RTP timestamp units in a second
     */
    public SenderClock(int clockRate) {
        this.scale = new Timescale(clockRate);
    }

    /** Notes a packet's arrival; only the first one after a {@link #reset()} matters. */
    public void onArrival(long timestamp, long arrivalNtp) {
        if (!anchored) {
            anchored = true;
            anchorTimestamp = timestamp;
            anchorNtp = arrivalNtp;
        }
    }

    public void onSenderReport(RtpIncomingSourceGroup.SenderReport newest) {
        report = newest;
    }

    /** Forgets everything: the sender started anew. */
    public void reset() {
        report = null;
        anchored = false;
    }

    /** Whether a sender report has told the sender's own time. */
    public boolean isSynchronised() {
        return report != null;
    }

    /** Wall-clock time (NTP, 32.32) at which {@code timestamp} was captured, on the sender's clock if that is known. */
    public long ntpOf(long timestamp) {
        RtpIncomingSourceGroup.SenderReport known = report;
        return known == null
                ? NtpTime.plusNs(anchorNtp, scale.toNs(timestamp - anchorTimestamp))
                : NtpTime.plusNs(known.ntpTime(), scale.toNs(timestamp - known.timestamp()));
    }
}
