package io.mediatool.core.signalling.session;

import static io.mediatool.core.signalling.session.SfuStage.MS;
import static io.mediatool.core.signalling.session.SfuStage.S;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.loop.FakeNetwork.Link;
import io.mediatool.core.rtcp.OtherRtcp;
import io.mediatool.core.rtcp.ReceiverReport;
import io.mediatool.core.rtcp.RtcpPacket;
import io.mediatool.core.rtcp.SourceDescription;
import io.mediatool.core.rtcp.feedback.Feedback;
import io.mediatool.core.rtcp.feedback.FeedbackPackets;
import io.mediatool.core.rtcp.feedback.Nack;
import io.mediatool.core.rtcp.feedback.PictureLoss;
import io.mediatool.core.rtcp.feedback.TransportFeedback;
import io.mediatool.core.server.IncomingStream;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What publishers are asked comes alone where they take it so ({@code a=rtcp-rsize}, RFC 5506), and behind a report elsewhere (RFC 4585). */
final class ReducedSizeTest {
    private static final Link LOSSY = Link.PERFECT.withDelay(20 * MS, 0).withLoss(0.03);

    private final SfuStage stage;

    ReducedSizeTest() throws IOException {
        stage = new SfuStage(37, LOSSY);
    }

    private SfuClient publisher(boolean reducedSize) throws IOException {
        var client = new SfuClient(stage);
        client.reducedSize = reducedSize;
        client.begin(stage.soon(stage.door.publish(stage.request("cam", client.publishOffer(SfuClient.Sends.USUAL)))));
        stage.run(S);
        client.send();
        stage.run(S);
        IncomingStream stream = Objects.requireNonNull(stage.server.room("room").stream("cam"));
        stream.tracks().get(1).layers().get(0).requestKeyFrame(stage.loop.nowNs());
        stage.run(5 * S);
        return client;
    }

    private static Feedback feedback(RtcpPacket packet) throws MalformedException {
        return Objects.requireNonNull(FeedbackPackets.parse(assertInstanceOf(OtherRtcp.class, packet)));
    }

    @Test
    void alone() throws Exception {
        SfuClient publisher = publisher(true);
        Set<Class<?>> kinds = new HashSet<>();
        for (List<RtcpPacket> datagram : publisher.feedback) {
            assertEquals(1, datagram.size(), datagram.toString());
            kinds.add(feedback(datagram.get(0)).getClass());
        }
        assertTrue(kinds.containsAll(List.of(Nack.class, PictureLoss.class)), kinds.toString());
        assertFalse(publisher.receiverReports.isEmpty(), "reports come beside");
    }

    @Test
    void behindAReportOnTheSourceThatIsAsked() throws Exception {
        SfuClient publisher = publisher(false);
        Set<Class<?>> kinds = new HashSet<>();
        for (List<RtcpPacket> datagram : publisher.feedback) {
            assertEquals(3, datagram.size(), datagram.toString());
            ReceiverReport report = assertInstanceOf(ReceiverReport.class, datagram.get(0));
            SourceDescription description = assertInstanceOf(SourceDescription.class, datagram.get(1));
            Feedback feedback = feedback(datagram.get(2));
            kinds.add(feedback.getClass());
            assertEquals(feedback.sender(), report.ssrc());
            assertEquals(report.ssrc(), description.chunks().get(0).ssrc());
            assertFalse(description.chunks().get(0).cname().isEmpty());
            boolean onPackets = feedback instanceof TransportFeedback; // of any source, retransmissions too
            assertTrue(onPackets || feedback.media() == report.reports().get(0).ssrc(), feedback.toString());
        }
        assertTrue(kinds.containsAll(List.of(Nack.class, PictureLoss.class)), kinds.toString());
    }
}
