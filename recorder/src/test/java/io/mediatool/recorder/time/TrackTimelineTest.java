package io.mediatool.recorder.time;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mediatool.core.codec.MediaFrame;
import io.mediatool.core.rtp.NtpTime;
import io.mediatool.core.rtp.Timescale;
import io.mediatool.core.stream.RtpIncomingSourceGroup.SenderReport;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Rows of (RTP time, arrival) in milliseconds, and the media times that come out. The RTP clock is 1000 Hz for the eye. */
final class TrackTimelineTest {
    private static final long MS = 1_000_000L;

    private final List<Long> out = new ArrayList<>();
    private final List<String> corrections = new ArrayList<>();
    private TrackTimeline timeline = timeline(1000, true);

    private TrackTimeline timeline(int rate, boolean video) {
        return new TrackTimeline(new Timescale(rate), video, new TrackTimeline.Output() {
            @Override
            public void onFrame(MediaFrame frame, long pts, long arrivalNs) {
                out.add(pts);
            }

            @Override
            public void onCorrection(String why, long nowNs) {
                corrections.add(why);
            }
        });
    }

    private void frame(long timestamp, long arrivalMs) {
        timeline.onDeadline(arrivalMs * MS);
        timeline.onFrame(new MediaFrame(new byte[1], timestamp, 0, true, null, false), arrivalMs * MS);
    }

    /** Frames of 40 ms in real time, RTP time {@code ahead} of arrival. */
    private void realTime(long fromMs, long toMs, long ahead) {
        for (long ms = fromMs; ms < toMs; ms += 40) {
            frame(ms + ahead, ms);
        }
    }

    private long last() {
        return out.get(out.size() - 1);
    }

    @Test
    void steadyTimestampsStayWhateverTheJitter() {
        var random = new Random(3);
        long arrival = 0;
        for (int i = 0; i < 2000; i++) {
            arrival = Math.max(arrival, i * 40L + random.nextInt(400));
            frame(7_000 + i * 40L, arrival);
            if (i % 300 == 0) {
                arrival += 1500;
            }
        }
        timeline.flush();
        for (int i = 0; i < 2000; i++) {
            assertEquals(i * 40L, out.get(i), "frame " + i);
        }
        assertEquals(List.of(), corrections);
    }

    @Test
    void aBurstAFastAndASlowSenderKeepTheirOwnTime() {
        for (int i = 0; i < 500; i++) {
            frame(i * 40L, i / 10); // 400 times real time
        }
        assertEquals(499 * 40L, last());
        out.clear();
        timeline = timeline(1000, true);
        for (int i = 0; i < 500; i++) {
            frame(i * 500L, i * 2000L); // four times too slow, two pictures a second
        }
        timeline.flush();
        assertEquals(499 * 500L, last());
        assertEquals(List.of(), corrections);
    }

    @Test
    void aStalledNetworkIsNoPause() {
        realTime(0, 4000, 0);
        for (long ms = 4000; ms < 6000; ms += 40) {
            frame(ms, 6000 + (ms - 4000) / 40); // two seconds late, in a burst
        }
        realTime(6080, 8000, 0);
        timeline.flush();
        assertEquals(List.of(), corrections);
        assertEquals(7960, last());
        assertEquals(198, out.size());
    }

    @Test
    void theLastFramesMayBeLate() {
        realTime(0, 4000, 0);
        frame(4000, 4600);
        frame(4040, 4640); // and nothing more: nobody knows whether it would have caught up
        timeline.flush();
        assertEquals(List.of(), corrections);
        assertEquals(4040, last());
    }

    @Test
    void theLastFramesAfterALongSilenceWereNotLate() {
        realTime(0, 4000, 0);
        frame(4000, 9000);
        timeline.flush();
        assertEquals(1, corrections.size());
        assertEquals(9000, last());
    }

    @Test
    void aClockThatStoodStillIsSetForward() {
        realTime(0, 4000, 0);
        // Three seconds of phone call: the sender's clock goes on where it stopped.
        for (long ms = 7000; ms < 9000; ms += 40) {
            frame(ms - 3000, ms);
        }
        timeline.flush();
        assertEquals(1, corrections.size());
        assertEquals(3960, out.get(99));
        assertEquals(7000, out.get(100));
        assertEquals(8960, last());
    }

    @Test
    void aSilenceThatTheClockKnowsOfIsNoCorrection() {
        realTime(0, 4000, 0);
        realTime(34_000, 36_000, 0);
        assertEquals(34_000, out.get(100));
        assertEquals(List.of(), corrections);
    }

    @Test
    void jumpsOfTheClockEndWhereArrivalSays() {
        realTime(0, 4000, 0);
        realTime(4000, 8000, 1_000_000);
        assertEquals(4000, out.get(100));
        realTime(8000, 12_000, -500_000);
        assertEquals(8000, out.get(200));
        assertEquals(11_960, last());
        assertEquals(2, corrections.size());
    }

    @Test
    void oneWrongTimestampLeavesNoTrace() {
        realTime(0, 4000, 0);
        frame(3_600_000, 4010);
        realTime(4040, 6000, 0);
        assertEquals(4040, out.get(101));
        assertEquals(2, corrections.size());
    }

    @Test
    void anotherSenderGoesOnByArrivalAndNeverOverlaps() {
        realTime(0, 4000, 0);
        timeline.onRestart(false);
        realTime(4000, 6000, 77_777_777);
        assertEquals(4000, out.get(100));
        assertEquals(5960, last());
        timeline.onRestart(false);
        frame(5, 5961);
        assertTrue(last() > 5960, "last " + last());
    }

    @Test
    void anotherSenderGoesOnByItsReportsWhereThereAreSome() {
        Instant wall = Instant.parse("2026-01-01T00:00:00Z");
        realTime(0, 4000, 0);
        timeline.onSenderReport(new SenderReport(NtpTime.ofInstant(wall.plusMillis(3000)), 3000), 3900 * MS);
        timeline.onRestart(false);
        // Captured at 4050, arrived at 4100.
        timeline.onSenderReport(new SenderReport(NtpTime.ofInstant(wall.plusMillis(4050)), 500), 4100 * MS);
        frame(500, 4100);
        assertEquals(4050, last());
    }

    @Test
    void bFramesAreNoJump() {
        long[] order = {0, 160, 80, 40, 120, 320, 240, 200, 280};
        for (int i = 0; i < 100; i++) {
            for (int k = 1; k < 9; k++) {
                long base = i * 320L;
                frame(base + order[k], (i * 8 + k) * 40L);
            }
        }
        assertEquals(List.of(), corrections);
        assertEquals(800, out.size());
    }

    @Test
    void soundThatGoesBackIsAJump() {
        timeline = timeline(1000, false);
        realTime(0, 4000, 0);
        frame(3900, 4000);
        assertEquals(4000, last());
        assertEquals(1, corrections.size());
    }

    @Test
    void threeSilentDaysAreThreeSilentDays() {
        timeline = timeline(90_000, true);
        long day = 86_400_000L;
        for (long ms = 0; ms < 4000; ms += 40) {
            frame(ms * 90, ms);
        }
        long wrapped = 3 * day * 90 - (3 * day * 90 / (1L << 32)) * (1L << 32); // as 32 bits tell it
        for (long ms = 0; ms < 4000; ms += 40) {
            frame(wrapped + ms * 90, 3 * day + ms);
        }
        assertEquals(3 * day * 90, out.get(100));
        assertEquals(List.of(), corrections);
    }

    @Test
    void bendingIsBounded() {
        realTime(0, 4000, 0);
        timeline.bend(30 * MS);
        realTime(4000, 14_000, 0);
        assertEquals(13_960 + 30, last());
        for (int i = 1; i < out.size(); i++) {
            long step = out.get(i) - out.get(i - 1);
            assertTrue(step >= 40 && step <= 41, "step " + step);
        }
    }

    @Test
    void driftIsMeasured() {
        timeline = timeline(90_000, true);
        var random = new Random(1);
        for (long ms = 0; ms < 600_000; ms += 40) {
            frame(ms * 90 + ms * 90 * 80 / 1_000_000, ms + random.nextInt(10)); // 80 ppm fast
        }
        assertEquals(80, timeline.driftPpm(), 3);
    }

    @Test
    void driftIsMeasuredWhereDatagramsAreGathered() {
        timeline = timeline(90_000, true);
        var random = new Random(1);
        long wakeUpMs = 0;
        for (long ms = 0; ms < 600_000; ms += 40) {
            while (wakeUpMs < ms) {
                wakeUpMs += 70 + random.nextInt(11);
            }
            frame(ms * 90 + ms * 90 * 80 / 1_000_000, wakeUpMs); // 80 ppm fast, taken at the next wake-up
        }
        assertEquals(80, timeline.driftPpm(), 3);
    }
}
