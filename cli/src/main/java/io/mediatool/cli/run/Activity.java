package io.mediatool.cli.run;

import io.mediatool.cli.option.RecordDeadlines;
import io.mediatool.core.rtp.RtpPacket;
import io.mediatool.core.server.IncomingStream;
import io.mediatool.core.server.IncomingStreamTrack;
import io.mediatool.core.stream.RtpIncomingSourceGroup;
import org.jspecify.annotations.Nullable;

/** Notes whether anything goes on in a room, for the deadlines of a run. On the loop, except the counters at the end. */
final class Activity implements IncomingStream.Listener, RtpIncomingSourceGroup.Listener {
    private static final long UNKNOWN = Long.MIN_VALUE;

    private long startedNs = UNKNOWN;
    private long firstNs = UNKNOWN;
    private long lastNs = UNKNOWN;
    private volatile long packets;
    private volatile int tracks;

    /** Packets seen. */
    long packets() {
        return packets;
    }

    /** Tracks seen. */
    int tracks() {
        return tracks;
    }

    /** Which deadline has passed, or null. */
    @Nullable StopReason overdue(long nowNs, RecordDeadlines deadlines) {
        if (startedNs == UNKNOWN) {
            startedNs = nowNs;
        }
        if (firstNs == UNKNOWN) {
            return nowNs - startedNs >= deadlines.timeoutNs() ? StopReason.TIMEOUT : null;
        }
        if (nowNs - firstNs >= deadlines.durationNs()) {
            return StopReason.DURATION;
        }
        return nowNs - lastNs >= deadlines.idleNs() ? StopReason.IDLE : null;
    }

    @Override
    @SuppressWarnings("NonAtomicVolatileUpdate") // Only the loop writes.
    public void onTrack(IncomingStream stream, IncomingStreamTrack track) {
        tracks++;
        track.source().addListener(this);
    }

    @Override
    @SuppressWarnings("NonAtomicVolatileUpdate") // Only the loop writes.
    public void onRtp(RtpIncomingSourceGroup source, RtpPacket packet, long sequence, long timestamp, long nowNs) {
        packets++;
        if (firstNs == UNKNOWN) {
            firstNs = nowNs;
        }
        lastNs = nowNs;
    }

    @Override
    public void onEnded(RtpIncomingSourceGroup source, long nowNs) {}
}
