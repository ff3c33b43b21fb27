package io.mediatool.core.server.peer;

import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.codec.MediaKind;
import io.mediatool.core.rtcp.Goodbye;
import io.mediatool.core.rtcp.OtherRtcp;
import io.mediatool.core.rtcp.ReceiverReport;
import io.mediatool.core.rtcp.ReportBlock;
import io.mediatool.core.rtcp.RtcpPacket;
import io.mediatool.core.rtcp.RtcpPackets;
import io.mediatool.core.rtcp.SenderReport;
import io.mediatool.core.rtcp.feedback.Feedback;
import io.mediatool.core.rtcp.feedback.FeedbackPackets;
import io.mediatool.core.rtcp.feedback.FullIntraRequest;
import io.mediatool.core.rtcp.feedback.Nack;
import io.mediatool.core.rtcp.feedback.PictureLoss;
import io.mediatool.core.rtcp.feedback.ReceiverEstimate;
import io.mediatool.core.rtcp.feedback.TransportFeedback;
import io.mediatool.core.server.Counters;
import io.mediatool.core.server.outgoing.OutgoingStreamTrack;
import java.util.List;

/** Takes a peer's RTCP to whom it concerns: reports and goodbyes of what it publishes, reports and wishes on what it is sent. */
final class RtcpReader {
    private final Transport transport;
    private long datagrams;
    private long malformed;
    private long strange;
    private long estimates;
    private long estimateBps;
    private long transportFeedbacks;
    private long transportPackets;
    private long transportLost;

    RtcpReader(Transport transport) {
        this.transport = transport;
    }

    void onRtcp(byte[] data, int offset, int length, long nowNs) {
        datagrams++;
        try {
            List<RtcpPacket> packets = RtcpPackets.parse(data, offset, length);
            for (RtcpPacket packet : packets) {
                onPacket(packet, nowNs);
            }
        } catch (MalformedException e) {
            malformed++;
        }
    }

    private void onPacket(RtcpPacket packet, long nowNs) throws MalformedException {
        if (packet instanceof SenderReport report) {
            PublishedLayer layer = transport.published(report.ssrc());
            if (layer != null) {
                layer.onSenderReport(report.ssrc(), report.ntpTime(), report.rtpTimestamp(), nowNs);
            }
            onBlocks(report.reports(), nowNs);
        } else if (packet instanceof ReceiverReport report) {
            onBlocks(report.reports(), nowNs);
        } else if (packet instanceof Goodbye goodbye) {
            for (int ssrc : goodbye.ssrcs()) {
                PublishedLayer layer = transport.published(ssrc);
                if (layer != null) {
                    layer.onGoodbye();
                }
            }
        } else if (packet instanceof OtherRtcp other) {
            Feedback feedback = FeedbackPackets.parse(other);
            if (feedback != null) {
                onFeedback(feedback, nowNs);
            }
        }
    }

    private void onBlocks(List<ReportBlock> blocks, long nowNs) {
        for (ReportBlock block : blocks) {
            OutgoingStreamTrack track = transport.outgoing(block.ssrc());
            if (track != null) {
                track.onReport(block, nowNs);
                if (track.kind() == MediaKind.VIDEO) {
                    double lost = block.fractionLost() / 256.0;
                    transport.budget().onReport(lost, track.rttNs(), track.neededBps(nowNs), nowNs);
                }
            }
        }
    }

    private void onFeedback(Feedback feedback, long nowNs) {
        if (feedback instanceof Nack nack) {
            OutgoingStreamTrack track = transport.outgoing(nack.media());
            if (track == null) {
                strange++;
            } else {
                track.onNack(nack, nowNs);
            }
        } else if (feedback instanceof PictureLoss loss) {
            onPictureLoss(loss.media(), false, nowNs);
        } else if (feedback instanceof FullIntraRequest full) {
            full.requests().forEach(request -> onPictureLoss(request.ssrc(), true, nowNs));
        } else if (feedback instanceof ReceiverEstimate estimate) {
            estimates++;
            estimateBps = estimate.bitrateBps();
            transport.budget().onRemote(estimateBps, nowNs);
        } else if (feedback instanceof TransportFeedback arrivals) {
            onArrivals(arrivals);
            transport.budget().onFeedback(arrivals, nowNs);
        }
    }

    private void onPictureLoss(int ssrc, boolean full, long nowNs) {
        OutgoingStreamTrack track = transport.outgoing(ssrc);
        if (track == null) {
            strange++;
        } else {
            track.onPictureLoss(full, nowNs);
        }
    }

    private void onArrivals(TransportFeedback arrivals) {
        transportFeedbacks++;
        for (int delta : arrivals.deltas()) {
            transportPackets++;
            transportLost += delta == TransportFeedback.NOT_RECEIVED ? 1 : 0;
        }
    }

    void addCounters(Counters counters) {
        counters.add("rtcpReceived", datagrams);
        counters.add("rtcpMalformed", malformed);
        counters.add("rtcpStrange", strange);
        counters.add("rembs", estimates);
        if (estimates > 0) {
            counters.max("remoteEstimateBps", (double) estimateBps);
        }
        counters.add("transportFeedbacks", transportFeedbacks);
        counters.add("transportPacketsReported", transportPackets);
        counters.add("transportPacketsLost", transportLost);
    }
}
