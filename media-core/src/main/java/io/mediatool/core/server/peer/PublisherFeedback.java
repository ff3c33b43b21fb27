package io.mediatool.core.server.peer;

import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.congestion.ArrivalRecorder;
import io.mediatool.core.congestion.LossBasedEstimate;
import io.mediatool.core.rtcp.feedback.ReceiverEstimate;
import io.mediatool.core.rtp.RtpPacket;
import io.mediatool.core.rtp.extension.ExtensionMap;
import io.mediatool.core.rtp.extension.HeaderExtensions;
import io.mediatool.core.server.MediaTerms;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Tells a publisher what its path carries: each packet's arrival where it numbers them all, else an estimate by its losses. */
final class PublisherFeedback {
    /** As browsers do it: a message each 100 ms. */
    private static final long INTERVAL_NS = 100_000_000L;

    private static final long MIN_BPS = 100_000;
    private static final long MAX_BPS = 20_000_000;

    private final Transport transport;
    private final HeaderExtensions extensions = new HeaderExtensions();
    private ExtensionMap map = ExtensionMap.NONE;
    private @Nullable ArrivalRecorder arrivals;
    private @Nullable LossBasedEstimate estimate;
    private long messages;

    PublisherFeedback(Transport transport) {
        this.transport = transport;
    }

    /** One more m-line of the publisher has been agreed on. */
    void agree(MediaTerms terms) {
        if (arrivals == null && terms.has(MediaTerms.Feedback.TRANSPORT_CC)) {
            map = terms.extensions();
            arrivals = new ArrivalRecorder(INTERVAL_NS, (feedback, nowNs) -> {
                messages++;
                transport.sendFeedback(feedback);
            });
            estimate = null;
        } else if (arrivals == null && estimate == null && terms.has(MediaTerms.Feedback.REMB)) {
            estimate = new LossBasedEstimate(MIN_BPS, MAX_BPS, this::onEstimate);
        }
    }

    private void onEstimate(long bitrateBps, long nowNs) {
        List<Integer> ssrcs = transport.publishedSsrcs();
        if (!ssrcs.isEmpty()) {
            messages++;
            transport.sendFeedback(new ReceiverEstimate(transport.ssrc(), bitrateBps, ssrcs));
        }
    }

    /** Any authenticated packet. */
    void onPacket(RtpPacket packet, long nowNs) {
        ArrivalRecorder recorder = arrivals;
        LossBasedEstimate losses = estimate;
        if (recorder != null) {
            try {
                extensions.read(packet, map);
            } catch (MalformedException e) {
                // What came before the damage still counts.
            }
            int sequence = extensions.transportSequence();
            if (sequence >= 0) {
                recorder.identify(transport.ssrc(), packet.ssrc());
                recorder.onPacket(sequence, nowNs);
                transport.wake(recorder.nextDeadlineNs());
            }
        } else if (losses != null) {
            losses.onPacket(packet.length(), nowNs);
            transport.wake(losses.nextDeadlineNs());
        }
    }

    long nextDeadlineNs() {
        ArrivalRecorder recorder = arrivals;
        LossBasedEstimate losses = estimate;
        return recorder != null ? recorder.nextDeadlineNs() : losses != null ? losses.nextDeadlineNs() : Long.MAX_VALUE;
    }

    void onDeadline(long nowNs) {
        ArrivalRecorder recorder = arrivals;
        LossBasedEstimate losses = estimate;
        if (recorder != null) {
            recorder.onDeadline(nowNs);
        } else if (losses != null) {
            losses.onDeadline(transport.expectedPackets(), transport.lostPackets(), nowNs);
        }
    }

    /** Feedback messages sent. */
    long messages() {
        return messages;
    }

    /** What a publisher without transport-wide numbers was told last; 0 for others. */
    long estimateBps() {
        LossBasedEstimate losses = estimate;
        return losses == null ? 0 : losses.bitrateBps();
    }
}
