package io.mediatool.core.signalling.session;

import static io.mediatool.core.signalling.session.SfuStage.MS;
import static io.mediatool.core.signalling.session.SfuStage.S;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mediatool.core.loop.FakeNetwork.Link;
import io.mediatool.core.rtcp.Goodbye;
import io.mediatool.core.rtcp.ReceiverReport;
import io.mediatool.core.rtcp.ReportBlock;
import io.mediatool.core.rtcp.RtcpPacket;
import io.mediatool.core.rtcp.RtcpWriter;
import io.mediatool.core.rtcp.SenderReport;
import io.mediatool.core.rtcp.SourceDescription;
import io.mediatool.core.rtcp.feedback.FeedbackPackets;
import io.mediatool.core.rtcp.feedback.FullIntraRequest;
import io.mediatool.core.rtcp.feedback.Nack;
import io.mediatool.core.rtcp.feedback.PictureLoss;
import io.mediatool.core.rtcp.feedback.ReceiverEstimate;
import io.mediatool.core.rtcp.feedback.TransportFeedback;
import io.mediatool.core.rtp.RtpPacket;
import io.mediatool.core.signalling.session.SfuClient.Sends;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Peers that have the keys and mean ill: they get nowhere, and nobody else notices. */
final class HostilePeerTest {
    private static final Link NEAR = Link.PERFECT.withDelay(10 * MS, 0);

    private static List<RtcpPacket> anything(Random random, int... ssrcs) {
        int ssrc = ssrcs[random.nextInt(ssrcs.length)];
        int other = ssrcs[random.nextInt(ssrcs.length)];
        List<ReportBlock> blocks = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            blocks.add(new ReportBlock(
                    other,
                    random.nextInt(256),
                    random.nextInt(1 << 24) - (1 << 23),
                    random.nextInt() & 0xffff_ffffL,
                    random.nextInt() & 0xffff_ffffL,
                    random.nextInt(),
                    random.nextInt() & 0xffff_ffffL));
        }
        List<Nack.Item> items = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            items.add(new Nack.Item(random.nextInt(0x1_0000), 0xffff));
        }
        int[] deltas = random.ints(1 + random.nextInt(60), -300, 30_000).toArray();
        return List.of(
                switch (random.nextInt(9)) {
                    case 0 -> new SenderReport(ssrc, random.nextLong(), random.nextInt() & 0xffff_ffffL, 1, 1, blocks);
                    case 1 -> new ReceiverReport(ssrc, blocks);
                    case 2 -> new Goodbye(List.of(ssrc, other), "bye");
                    case 3 -> SourceDescription.of(ssrc, "c".repeat(random.nextInt(200)));
                    case 4 -> FeedbackPackets.write(new Nack(1, ssrc, items));
                    case 5 -> FeedbackPackets.write(new PictureLoss(1, ssrc));
                    case 6 -> FeedbackPackets.write(FullIntraRequest.of(1, ssrc, random.nextInt(256)));
                    case 7 -> FeedbackPackets.write(new ReceiverEstimate(1, random.nextLong() >>> 1, List.of(ssrc)));
                    default ->
                        FeedbackPackets.write(new TransportFeedback(
                                1,
                                ssrc,
                                random.nextInt(0x1_0000),
                                random.nextInt(256),
                                random.nextInt(1 << 20),
                                deltas));
                });
    }

    @Test
    void rtcpOfAViewer() throws IOException {
        long seed = 1;
        SfuStage stage = new SfuStage(seed, NEAR);
        Random random = new Random(seed);
        SfuClient publisher = stage.sending("cam");
        SfuClient good = stage.watch("cam");
        SfuClient bad = stage.watch("cam");
        stage.run(2 * S);
        int before = publisher.plis;
        for (int i = 0; i < 5_000; i++) {
            byte[] bytes = RtcpWriter.write(anything(
                    random,
                    bad.video().ssrc,
                    bad.audio().ssrc,
                    good.video().ssrc,
                    publisher.video(0).ssrc,
                    random.nextInt()));
            for (int flips = random.nextInt(3); flips > 0; flips--) {
                bytes[2 + random.nextInt(bytes.length - 2)] = (byte) random.nextInt();
            }
            bad.transport().sendRtcp(bytes, 0, Math.min(bytes.length, 1_900));
            stage.run(2 * MS);
        }
        publisher.stop();
        stage.run(S);
        assertEquals(List.of(), stage.bugs, "seed " + seed);
        assertTrue(publisher.plis - before <= 23, "eleven seconds, one each half: " + (publisher.plis - before));
        List<Received.Frame> frames = good.video().frames();
        for (int i = 1; i < frames.size(); i++) {
            assertEquals(frames.get(i - 1).number() + 1, frames.get(i).number());
        }
        assertEquals(publisher.video(0).frames - frames.get(0).number(), frames.size());
        SessionReport report = SfuStage.get(bad.session().report());
        double again = report.tracks().stream()
                .mapToDouble(each -> each.counters().get("retransmitted"))
                .sum();
        double first = report.tracks().stream()
                .mapToDouble(each -> each.counters().get("packets"))
                .sum();
        assertTrue(again < first, "no more than what it is sent anyway: " + again + " of " + first);
        assertTrue(report.transport().get("rtcpMalformed") > 100);
    }

    @Test
    void rtpAndRtcpOfAPublisher() throws IOException {
        long seed = 2;
        SfuStage stage = new SfuStage(seed, NEAR);
        Random random = new Random(seed);
        SfuClient bad = stage.publish("bad", Sends.SIMULCAST);
        SfuClient publisher = stage.sending("cam");
        bad.send();
        SfuClient good = stage.watch("cam");
        SfuClient watcher = stage.watch("bad");
        watcher.repairs = false;
        stage.run(2 * S);
        for (int i = 0; i < 5_000; i++) {
            byte[] packet = new byte[12 + random.nextInt(300)];
            random.nextBytes(packet);
            Layer of = bad.layers.get(random.nextInt(bad.layers.size()));
            int type = new int[] {SfuClient.VP8, SfuClient.RTX, 111, 0}[random.nextInt(4)];
            int ssrc = random.nextInt(3) == 0 ? random.nextInt() : of.ssrc + random.nextInt(2);
            RtpPacket.writeHeader(
                    packet,
                    0,
                    random.nextBoolean(),
                    type,
                    random.nextInt(0x1_0000),
                    random.nextInt() & 0xffff_ffffL,
                    ssrc);
            packet[0] |= (byte) (random.nextInt(4) << 4);
            if (random.nextBoolean() && packet.length > 40) {
                packet[0] |= 0x10;
                packet[12] = (byte) 0xbe;
                packet[13] = (byte) 0xde;
                packet[14] = 0;
                packet[15] = (byte) random.nextInt(7);
            }
            bad.transport().sendRtp(packet, 0, packet.length);
            byte[] report = RtcpWriter.write(anything(random, of.ssrc, ssrc, publisher.video(0).ssrc));
            bad.transport().sendRtcp(report, 0, Math.min(report.length, 1_900));
            stage.run(2 * MS);
        }
        publisher.stop();
        bad.stop();
        stage.run(S);
        assertEquals(List.of(), stage.bugs, "seed " + seed);
        assertEquals(List.of("connected"), bad.events);
        List<Received.Frame> frames = good.video().frames();
        assertEquals(publisher.video(0).frames - frames.get(0).number(), frames.size());
        assertTrue(bad.nacks < 6_000, "asked for what cannot come: " + bad.nacks);
    }
}
