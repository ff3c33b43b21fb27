package io.mediatool.player.pace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mediatool.core.codec.Codec;
import io.mediatool.core.codec.RtpFormat;
import io.mediatool.core.loop.VirtualEventLoop;
import io.mediatool.core.rtp.NtpTime;
import io.mediatool.core.rtp.RtpPacket;
import io.mediatool.core.rtp.Timescale;
import io.mediatool.core.stream.RtpIncomingSourceGroup;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PacerTest {
    private static final long MS = 1_000_000;
    private static final long SECOND = 1000 * MS;

    private final VirtualEventLoop loop = new VirtualEventLoop();
    private final List<Wire> wires = List.of(new Wire(Codec.H264), new Wire(Codec.OPUS));
    private long late;
    private int wanted;
    private boolean finished;

    /** What leaves of one track. */
    private static final class Wire implements RtpIncomingSourceGroup.Listener {
        private final RtpIncomingSourceGroup source;
        private final List<Long> sentNs = new ArrayList<>();
        private final List<Integer> sequences = new ArrayList<>();
        private final List<Long> timestamps = new ArrayList<>();
        private final List<RtpIncomingSourceGroup.SenderReport> reports = new ArrayList<>();
        private final int clockRate;
        private int nextSequence = 65_000;

        Wire(Codec codec) {
            RtpFormat format = RtpFormat.of(codec, 96);
            clockRate = format.clockRate();
            source = new RtpIncomingSourceGroup(codec.kind(), List.of(format));
            source.addListener(this);
        }

        PacedFrame frame(int track, long timeNs, long durationNs, int packets) {
            byte[] data = new byte[100 * packets];
            int[] ends = new int[packets];
            for (int i = 0; i < packets; i++) {
                RtpPacket.writeHeader(
                        data, 100 * i, false, 96, nextSequence++ & 0xffff, timeNs / MS * clockRate / 1000, 7);
                ends[i] = 100 * (i + 1);
            }
            return new PacedFrame(track, timeNs, durationNs, timeNs + durationNs, 1, data, ends);
        }

        /** Media times of frames of so many packets. */
        List<Long> millis(int packets) {
            List<Long> millis = new ArrayList<>();
            for (int i = 0; i < timestamps.size(); i += packets) {
                millis.add((timestamps.get(i) - timestamps.get(0)) * 1000 / clockRate);
            }
            return millis;
        }

        @Override
        public void onRtp(RtpIncomingSourceGroup from, RtpPacket packet, long sequence, long timestamp, long nowNs) {
            sentNs.add(nowNs);
            sequences.add(packet.sequenceNumber());
            timestamps.add(timestamp);
        }

        @Override
        public void onSenderReport(
                RtpIncomingSourceGroup from, RtpIncomingSourceGroup.SenderReport report, long nowNs) {
            reports.add(report);
        }

        @Override
        public void onEnded(RtpIncomingSourceGroup from, long nowNs) {}
    }

    private Pacer pacer(double speed, Feed feed) {
        List<TrackSender> senders = List.of(
                new TrackSender(wires.get(0).source, 7, new Timescale(90_000), 1000),
                new TrackSender(wires.get(1).source, 7, new Timescale(48_000), 2000));
        Pacer[] made = new Pacer[1];
        made[0] = new Pacer(loop, speed, senders, NtpTime.ofInstant(Instant.EPOCH), new Pacer.Owner() {
            @Override
            public void onWanted() {
                wanted++;
                feed.more(made[0]);
            }

            @Override
            public void onLate(long lateNs) {
                late += lateNs;
            }

            @Override
            public void onFinished() {
                finished = true;
            }
        });
        return made[0];
    }

    private static void assertNear(long expected, long actual, long tolerance) {
        assertTrue(Math.abs(expected - actual) <= tolerance, expected + " or so, but was " + actual);
    }

    private interface Feed {
        void more(Pacer pacer);
    }

    /** Gives all frames at the first request. */
    private Feed all(List<PacedFrame> frames) {
        return pacer -> loop.execute(() -> pacer.onFrames(frames, true));
    }

    @Test
    void anHourHasNoDrift() {
        long frameNs = SECOND * 1001 / 30_000;
        int count = (int) (3600 * SECOND / frameNs);
        int[] at = {0};
        Pacer pacer = pacer(1, asking -> {
            List<PacedFrame> batch = new ArrayList<>();
            for (int i = 0; i < 100 && at[0] < count; i++, at[0]++) {
                batch.add(wires.get(0).frame(0, SECOND * 1001 * at[0] / 30_000, frameNs, 1));
            }
            loop.execute(() -> asking.onFrames(batch, at[0] == count));
        });
        pacer.start();
        loop.advanceTo(3700 * SECOND);
        assertEquals(count, wires.get(0).sentNs.size());
        for (int i = 0; i < count; i += 997) {
            assertEquals(SECOND * 1001 * i / 30_000, wires.get(0).sentNs.get(i));
        }
        assertTrue(finished);
        assertEquals(0, late);
        // All reports lie on one line: the first and the last agree to the unit.
        var reports = wires.get(0).reports;
        assertNear(720, reports.size(), 2);
        var first = reports.get(0);
        for (var report : reports) {
            long ns = NtpTime.differenceNs(report.ntpTime(), first.ntpTime());
            assertNear(ns * 90_000 / SECOND, report.timestamp() - first.timestamp(), 1);
        }
    }

    @Test
    void aLargeFrameIsSpreadOverHalfTheIntervalAndASmallOneLeavesAtOnce() {
        Wire video = wires.get(0);
        Pacer pacer = pacer(
                1,
                all(List.of(
                        video.frame(0, 0, 40 * MS, 8),
                        video.frame(0, 40 * MS, 40 * MS, 400),
                        video.frame(0, 80 * MS, 40 * MS, 3))));
        pacer.start();
        loop.advanceTo(SECOND);
        assertEquals(411, video.sentNs.size());
        assertEquals(0, video.sentNs.get(7), "eight packets are one burst");
        assertEquals(40 * MS, video.sentNs.get(8));
        assertEquals(59 * MS, video.sentNs.get(407));
        long largest =
                video.sentNs.stream().filter(t -> t >= 40 * MS && t < 41 * MS).count();
        assertEquals(20, largest, "400 packets in 20 bursts");
        assertEquals(80 * MS, video.sentNs.get(410));
    }

    @Test
    void soundDoesNotWaitForPictures() {
        Wire video = wires.get(0);
        Wire audio = wires.get(1);
        Pacer pacer = pacer(
                1,
                all(List.of(
                        video.frame(0, 0, 400 * MS, 1000),
                        audio.frame(1, 0, 20 * MS, 1),
                        audio.frame(1, 20 * MS, 20 * MS, 1),
                        audio.frame(1, 40 * MS, 20 * MS, 1))));
        pacer.start();
        loop.advanceTo(SECOND);
        assertEquals(List.of(0L, 20 * MS, 40 * MS), audio.sentNs);
        assertTrue(video.sentNs.get(999) > 100 * MS);
    }

    @Test
    void framesThatComeLateMoveTheRestAndDoNotBurst() {
        Wire video = wires.get(0);
        int[] calls = {0};
        Pacer pacer = pacer(1, asking -> {
            int call = calls[0]++;
            List<PacedFrame> batch = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                batch.add(video.frame(0, (call * 10L + i) * 40 * MS, 40 * MS, 2));
            }
            long delayNs = call == 1 ? 3 * SECOND : 0; // the disk sleeps
            loop.schedule(loop.nowNs() + delayNs, now -> asking.onFrames(batch, call == 3));
        });
        pacer.start();
        loop.advanceTo(20 * SECOND);
        assertEquals(80, video.sentNs.size());
        assertTrue(late > 2 * SECOND, "late " + late);
        assertEquals(3 * SECOND, video.sentNs.get(20), "sent as soon as they came");
        for (int i = 22; i < 80; i += 2) {
            assertEquals(40 * MS, video.sentNs.get(i) - video.sentNs.get(i - 2), "frame " + i / 2);
        }
    }

    /** Else a recorder sees clocks that stood still, of each track on its own, and parts sound from picture. */
    @Test
    void whatIsLateIsAPauseOfAllClocks() {
        int[] calls = {0};
        Pacer pacer = pacer(1, asking -> {
            int call = calls[0]++;
            List<PacedFrame> batch = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                batch.add(wires.get(0).frame(0, (call * 10L + i) * 40 * MS, 40 * MS, 2));
                batch.add(wires.get(1).frame(1, (call * 10L + i) * 40 * MS, 40 * MS, 1));
            }
            long delayNs = call == 1 ? 3 * SECOND : 0; // the disk sleeps
            loop.schedule(loop.nowNs() + delayNs, now -> asking.onFrames(batch, call == 3));
        });
        pacer.start();
        loop.advanceTo(20 * SECOND);
        for (Wire wire : wires) {
            int rate = wire.clockRate;
            assertEquals(wire == wires.get(0) ? 80 : 40, wire.sentNs.size());
            for (int i = 0; i < wire.sentNs.size(); i++) {
                long media = wire.timestamps.get(i) - wire.timestamps.get(0);
                assertNear(wire.sentNs.get(i) / 1000 * rate / 1_000_000, media, rate / 20);
            }
            var first = wire.reports.get(0);
            for (var report : wire.reports) {
                long ns = NtpTime.differenceNs(report.ntpTime(), first.ntpTime());
                assertNear(ns * rate / SECOND, report.timestamp() - first.timestamp(), 1);
            }
        }
    }

    /** One track was sent farther than the other: both pause at the same media time, and stay together. */
    @Test
    void aPauseForLatenessIsAtOneTime() {
        List<PacedFrame> frames = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            frames.add(wires.get(0).frame(0, i * 40 * MS, 40 * MS, 40));
            frames.add(wires.get(1).frame(1, i * 40 * MS, 40 * MS, 1));
        }
        Pacer pacer = pacer(1, all(frames));
        pacer.start();
        loop.advanceTo(200 * MS);
        loop.hang(900 * MS); // caught up, sound at once
        loop.advanceTo(loop.nowNs() + 5 * MS);
        loop.hang(1100 * MS);
        loop.advanceTo(20 * SECOND);
        assertTrue(late > SECOND, "late " + late);
        List<Long> picture = wires.get(0).millis(40);
        assertEquals(picture, wires.get(1).millis(1));
        assertTrue(picture.get(99) > 99 * 40 + 1000, "a pause: " + picture.get(99));
    }

    /** A frame is under way: its packets belong together, whatever comes after it. */
    @Test
    void aPauseAndAJumpLeaveTheFrameWhole() {
        Wire video = wires.get(0);
        List<PacedFrame> frames = List.of(
                video.frame(0, 0, 40 * MS, 8),
                video.frame(0, 40 * MS, 40 * MS, 400),
                video.frame(0, 80 * MS, 40 * MS, 3));
        Pacer pacer = pacer(1, all(frames));
        pacer.start();
        loop.advanceTo(50 * MS);
        int sent = video.sentNs.size();
        assertTrue(sent > 100 && sent < 300, "in the middle of the second frame: " + sent);
        pacer.pause();
        loop.advanceTo(2 * SECOND);
        assertEquals(sent, video.sentNs.size());
        pacer.jump();
        pacer.resume();
        PacedFrame next = video.frame(0, 80 * MS, 40 * MS, 3);
        pacer.onFrames(List.of(next), true);
        loop.advanceTo(5 * SECOND);
        assertTrue(finished);
        assertEquals(411, video.sentNs.size());
        for (int i = 1; i < 411; i++) {
            assertEquals(video.sequences.get(i - 1) + 1 & 0xffff, video.sequences.get(i), "packet " + i);
        }
        assertEquals(1, video.timestamps.subList(8, 408).stream().distinct().count());
        assertEquals(3600 + 90_000 * 2, video.timestamps.get(408) - video.timestamps.get(8), 3600 * 2);
    }

    @Test
    void aShortDelayIsCaughtUpInSmallBursts() {
        Wire video = wires.get(0);
        List<PacedFrame> first = List.of(video.frame(0, 0, 40 * MS, 1));
        List<PacedFrame> rest = new ArrayList<>();
        for (int i = 1; i < 20; i++) {
            rest.add(video.frame(0, 40 * MS * i, 40 * MS, 10));
        }
        int[] calls = {0};
        Pacer pacer = pacer(1, asking -> {
            boolean start = calls[0]++ == 0;
            loop.schedule(start ? loop.nowNs() : 190 * MS, now -> asking.onFrames(start ? first : rest, !start));
        });
        pacer.start();
        loop.advanceTo(5 * SECOND);
        assertEquals(0, late);
        assertEquals(191, video.sentNs.size());
        for (long at = 190; at < 200; at++) {
            long t = at * MS;
            assertTrue(video.sentNs.stream().filter(s -> s >= t && s < t + MS).count() <= 16, "burst at " + at);
        }
        assertEquals(40 * MS * 19, video.sentNs.get(181), "in time again");
    }

    @Test
    void speedScalesThePaceOnly() {
        Wire video = wires.get(0);
        List<PacedFrame> frames = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            frames.add(video.frame(0, 40 * MS * i, 40 * MS, 1));
        }
        pacer(2, all(frames)).start();
        loop.advanceTo(11 * SECOND);
        assertEquals(20 * MS * 499, video.sentNs.get(499));
        assertTrue(finished);
        var last = video.reports.get(video.reports.size() - 1);
        var first = video.reports.get(0);
        long ns = NtpTime.differenceNs(last.ntpTime(), first.ntpTime());
        assertNear(ns * 90_000 / SECOND, last.timestamp() - first.timestamp(), 1);
    }

    @Test
    void unpacedYieldsToTheLoopAndKeepsOrder() {
        Wire video = wires.get(0);
        Wire audio = wires.get(1);
        List<PacedFrame> frames = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            frames.add(video.frame(0, 40 * MS * i, 40 * MS, 3));
            frames.add(audio.frame(1, 40 * MS * i, 40 * MS, 1));
        }
        pacer(Double.POSITIVE_INFINITY, all(frames)).start();
        int[] seen = {-1};
        loop.execute(() -> loop.execute(() -> seen[0] = video.sentNs.size()));
        loop.advanceTo(0);
        assertEquals(900, video.sentNs.size());
        assertEquals(300, audio.sentNs.size());
        assertTrue(seen[0] < 900, "other work had its turn in between, at " + seen[0]);
        assertTrue(finished);
        for (int i = 1; i < 900; i++) {
            assertEquals(video.sequences.get(i - 1) + 1 & 0xffff, video.sequences.get(i));
        }
    }

    @Test
    void asksForNoMoreThanItMayHold() {
        Wire video = wires.get(0);
        int[] at = {0};
        Pacer pacer = pacer(1, asking -> {
            List<PacedFrame> batch = new ArrayList<>();
            for (int i = 0; i < 256; i++, at[0]++) {
                batch.add(video.frame(0, at[0] * MS / 10, MS / 10, 1));
            }
            loop.execute(() -> asking.onFrames(batch, false));
        });
        pacer.start();
        loop.advanceTo(0);
        assertTrue(at[0] <= Pacer.MAX_QUEUED_FRAMES, "asked for " + at[0]);
        int before = wanted;
        pacer.stop();
        loop.advanceTo(60 * SECOND);
        assertEquals(before, wanted);
    }
}
