package io.mediatool.core.server.peer;

import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.rtcp.ReportBlock;
import io.mediatool.core.rtcp.feedback.FullIntraRequest;
import io.mediatool.core.rtcp.feedback.Nack;
import io.mediatool.core.rtcp.feedback.PictureLoss;
import io.mediatool.core.rtp.RtpPacket;
import io.mediatool.core.server.Counters;
import io.mediatool.core.server.IncomingLayer;
import io.mediatool.core.server.MediaTerms;
import io.mediatool.core.stream.ReceptionStatistics;
import io.mediatool.core.stream.RtpIncomingSourceGroup;
import io.mediatool.core.stream.repair.RtpNackGenerator;
import io.mediatool.core.stream.repair.RtxUnwrapper;
import io.mediatool.core.transport.RtpReceiver;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** One layer as a peer publishes it: takes its packets and retransmissions, asks for what is missing, reports on it. */
final class PublishedLayer implements RtpReceiver {
    private final Transport transport;
    private final IncomingTerms terms;
    private final IncomingLayer layer;
    private final @Nullable RtpNackGenerator nacks;
    private final RtxUnwrapper unwrapper = new RtxUnwrapper();
    /** From the payload type of retransmissions to that of the originals, −1 for those that are none. */
    private final byte[] originals = new byte[128];

    private ReceptionStatistics statistics = new ReceptionStatistics();
    private boolean hasRtx;
    private int reportedSsrc;
    private int firSequence;
    private long nackMessages;
    private long plis;
    private long firs;
    private long goodbyes;

    /** The packet at hand came because it was asked for. */
    private boolean isAnswer;

    PublishedLayer(Transport transport, IncomingTerms terms, IncomingLayer layer) {
        this.transport = transport;
        this.terms = terms;
        this.layer = layer;
        Arrays.fill(originals, (byte) -1);
        for (MediaTerms.Payload payload : terms.media().payloads()) {
            if (payload.rtxPayloadType() != MediaTerms.NO_RTX) {
                originals[payload.rtxPayloadType()] = (byte) payload.format().payloadType();
                hasRtx = true;
            }
        }
        Events events = new Events();
        nacks = terms.media().has(MediaTerms.Feedback.NACK) ? new RtpNackGenerator(terms.patienceNs(), events) : null;
        layer.source().addListener(events);
    }

    IncomingLayer layer() {
        return layer;
    }

    @Override
    public void onRtp(RtpPacket packet, long nowNs) {
        try {
            transport.onArrival(packet, nowNs);
            int original = originals[packet.payloadType()];
            RtpIncomingSourceGroup source = layer.source();
            if (original < 0) {
                count(packet, nowNs);
                isAnswer = !hasRtx;
                source.onRtp(packet, nowNs);
            } else if (source.ssrc() != 0) {
                RtpPacket repaired = unwrapper.unwrap(packet, source.ssrc(), original);
                if (repaired != null) {
                    isAnswer = true;
                    source.onRtp(repaired, nowNs);
                }
            }
        } catch (MalformedException e) {
            transport.onMalformed();
        } catch (RuntimeException bug) {
            transport.fail(bug, nowNs);
        }
    }

    private void count(RtpPacket packet, long nowNs) {
        if (packet.ssrc() != reportedSsrc) {
            if (layer.source().ssrc() != 0 && packet.ssrc() != layer.source().ssrc()) {
                return; // it may be about to take over, or a stray
            }
            reportedSsrc = packet.ssrc();
            statistics = new ReceptionStatistics();
        }
        statistics.onPacket(
                packet.sequenceNumber(),
                packet.timestamp(),
                nowNs,
                layer.format().clockRate());
    }

    /** What the source delivers: originals and repaired ones. */
    private final class Events implements RtpIncomingSourceGroup.Listener, RtpNackGenerator.Listener {
        @Override
        public void onRtp(RtpIncomingSourceGroup source, RtpPacket packet, long sequence, long timestamp, long nowNs) {
            if (nacks != null) {
                if (isAnswer) {
                    nacks.onRetransmission(sequence, nowNs);
                } else {
                    nacks.onPacket(sequence, nowNs);
                }
                transport.wake(nacks.nextDeadlineNs());
            }
        }

        @Override
        public void onRestart(RtpIncomingSourceGroup source, boolean sameClock, long nowNs) {
            if (nacks != null) {
                nacks.reset();
            }
        }

        @Override
        public void onEnded(RtpIncomingSourceGroup source, long nowNs) {
            if (nacks != null) {
                nacks.reset();
            }
        }

        @Override
        public void onNack(long[] sequences, int count, long nowNs) {
            long shift = layer.source().sequenceShift();
            long[] own = new long[count];
            for (int i = 0; i < count; i++) {
                own[i] = sequences[i] - shift;
            }
            nackMessages++;
            transport.sendFeedback(Nack.of(transport.ssrc(), layer.source().ssrc(), own, count));
        }

        @Override
        public void onGivenUp(int count, long nowNs) {
            layer.requestKeyFrame(nowNs);
        }
    }

    long nextDeadlineNs() {
        return nacks == null ? Long.MAX_VALUE : nacks.nextDeadlineNs();
    }

    void onDeadline(long nowNs) {
        if (nacks != null) {
            nacks.onDeadline(nowNs);
        }
    }

    /** PLI, or FIR to a peer that knows nothing else. */
    void requestKeyFrame() {
        int ssrc = layer.source().ssrc();
        if (ssrc == 0) {
            return; // nothing came yet; what comes will start with a key frame
        }
        if (terms.media().has(MediaTerms.Feedback.PLI)) {
            plis++;
            transport.sendFeedback(new PictureLoss(transport.ssrc(), ssrc));
        } else {
            firs++;
            firSequence = firSequence + 1 & 0xff;
            transport.sendFeedback(FullIntraRequest.of(transport.ssrc(), ssrc, firSequence));
        }
    }

    void onSenderReport(int ssrc, long ntpTime, long rtpTimestamp, long nowNs) {
        if (ssrc == reportedSsrc) {
            statistics.onSenderReport(ntpTime, nowNs);
        }
        layer.source().onSenderReport(ssrc, ntpTime, rtpTimestamp, nowNs);
    }

    /** Browsers say BYE when they pause a layer or a sender too, and go on with the same SSRC: only a transport's end ends a source. */
    void onGoodbye() {
        goodbyes++;
    }

    /** The block of the next receiver report, or null before the first packet. */
    @Nullable ReportBlock report(long nowNs) {
        return statistics.started() ? statistics.report(reportedSsrc, nowNs) : null;
    }

    /** Packets that should have come and those that did not, as REMB's estimate wants them. */
    long expected() {
        return statistics.received() + Math.max(0, statistics.lost());
    }

    long lost() {
        return Math.max(0, statistics.lost());
    }

    void addCounters(Counters counters, long nowNs) {
        RtpIncomingSourceGroup.Snapshot seen = layer.source().snapshot();
        counters.add("packets", seen.packets());
        counters.add("bytes", seen.bytes());
        counters.add("lost", seen.lost());
        counters.add("reordered", seen.reordered());
        counters.add("duplicates", seen.duplicates());
        counters.add("bitrateBps", layer.bitrateBps(nowNs));
        counters.add("keyFrames", layer.keyFrames());
        counters.add("nacks", nackMessages);
        counters.add("nackedPackets", nacks == null ? 0 : nacks.asked());
        counters.add("repaired", nacks == null ? 0 : nacks.repaired());
        counters.add("givenUp", nacks == null ? 0 : nacks.givenUp());
        counters.add("retransmissions", unwrapper.unwrapped());
        counters.add("plis", plis);
        counters.add("firs", firs);
        counters.add("goodbyes", goodbyes);
        layer.addSize(counters);
        counters.max("jitterMs", 1e3 * statistics.jitter() / layer.format().clockRate());
        if (nacks != null && nacks.rttNs() > 0) {
            counters.max("rttMs", (double) nacks.rttNs() / 1e6);
        }
    }
}
