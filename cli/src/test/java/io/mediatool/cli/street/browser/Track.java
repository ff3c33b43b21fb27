package io.mediatool.cli.street.browser;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mediatool.cli.street.browser.Delivery.Departed;
import io.mediatool.cli.street.browser.RecordedMedia.Frame;
import io.mediatool.cli.street.browser.Witness.Report;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.ToIntFunction;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * One track on its way from the encoder into a file.
 *
 * @param rate of its clock, in Hz
 * @param sent what left the encoder, by RTP timestamp
 * @param departed the same in packets, and what became of them on their way to the server
 * @param witnessed what came whole to somebody else, by RTP timestamps of theirs
 * @param recorded what is in the file, in units of the same clock on the movie's
 * @param reports of the publisher, by the same timestamps
 */
record Track(
        int rate,
        List<Frame> sent,
        List<Departed> departed,
        List<Frame> witnessed,
        List<Frame> recorded,
        List<Report> reports) {
    static final Track NONE = new Track(1, List.of(), List.of(), List.of(), List.of(), List.of());

    /** What a packet that comes late has before a recorder gives it up (1.2 s), less what a thread may be late. */
    private static final long PATIENCE_NS = 1_100_000_000L;

    /** What could be put together at the server. */
    List<String> delivered() {
        return departed.stream()
                .filter(frame -> frame.isWhole(PATIENCE_NS))
                .map(Departed::hash)
                .toList();
    }

    /** Which of those that were sent did not come whole to the server. */
    List<Integer> missing() {
        Set<String> whole = new HashSet<>(delivered());
        return IntStream.range(0, sent.size())
                .filter(i -> !whole.contains(sent.get(i).hash()))
                .boxed()
                .toList();
    }

    /** Packets of which nothing came to the server although others behind them did. */
    int unrepaired() {
        return sum(Departed::missing) - sum(Departed::last);
    }

    /** What came whole to the server is with those who had it from there, once, and in order. */
    void assertComplete(String story) {
        for (List<Frame> holder : List.of(witnessed, recorded)) {
            Set<String> held = new HashSet<>(holder.stream().map(Frame::hash).toList());
            assertEquals(holder.size(), held.size(), () -> "each once\n" + story);
            assertEquals(
                    List.of(),
                    departed.stream()
                            .filter(frame -> frame.isWhole(PATIENCE_NS) && !held.contains(frame.hash()))
                            .toList(),
                    () -> "came to the server, and is not in the " + (holder == recorded ? "file" : "forward") + "\n"
                            + story);
        }
        assertInOrder(story);
    }

    /** How many are recorded of those that were sent before the first that is missing. */
    int untilFirstMissing() {
        List<Integer> missing = missing();
        Set<String> before = new HashSet<>(sent.subList(0, missing.isEmpty() ? sent.size() : missing.get(0)).stream()
                .map(Frame::hash)
                .toList());
        return (int)
                recorded.stream().filter(frame -> before.contains(frame.hash())).count();
    }

    /** Nothing but what was sent, and in that order. */
    private void assertInOrder(String story) {
        int at = 0;
        for (Frame frame : recorded) {
            while (at < sent.size() && !sent.get(at).hash().equals(frame.hash())) {
                at++;
            }
            assertTrue(at < sent.size(), () -> "at " + frame.time() + " is what was not sent, or not then\n" + story);
            at++;
        }
    }

    /** By how much the distances of frames in the file differ at most from those of their RTP timestamps. */
    double movedMs() {
        return spread(moves());
    }

    /** By how much reports contradict each other. */
    double uncertainMs() {
        return spread(contradictions());
    }

    /** How much later than the first each report says that a sample was captured. */
    private DoubleStream contradictions() {
        double firstMs = wallLessMediaMs(reports.get(0), reports.get(0));
        return reports.stream().mapToDouble(report -> wallLessMediaMs(report, reports.get(0)) - firstMs);
    }

    /** Where it ends in the file, if it is as long as its RTP timestamps say. */
    double endMs() {
        Map<String, Frame> bySum = bySum();
        Frame first = bySum.get(recorded.get(0).hash());
        Frame last = bySum.get(recorded.get(recorded.size() - 1).hash());
        Frame before = bySum.get(recorded.get(recorded.size() - 2).hash());
        return ms(recorded.get(0).time() + last.since(first) + last.since(before));
    }

    Report firstReport() {
        return reports.get(0);
    }

    /**
     * How much later a frame is in the file than it was captured, on the wall clock of which {@code zero} is the beginning. By the report
     * that says it was captured the earliest: a late one was held up.
     */
    double lateMs(Report zero) {
        double wallMs = reports.stream()
                .mapToDouble(report -> wallLessMediaMs(report, zero))
                .min()
                .orElseThrow();
        return moves().average().orElseThrow() - wallMs;
    }

    /** Time in the file less media time, of each frame. */
    private DoubleStream moves() {
        Map<String, Frame> bySum = bySum();
        return recorded.stream()
                .filter(frame -> bySum.containsKey(frame.hash()))
                .mapToDouble(frame ->
                        ms(frame.time() - mediaTime(bySum.get(frame.hash()).time())));
    }

    private double wallLessMediaMs(Report report, Report zero) {
        Map<String, Frame> bySum = bySum();
        Frame known = witnessed.stream()
                .filter(frame -> bySum.containsKey(frame.hash()))
                .findFirst()
                .orElseThrow();
        long sinceKnown = (int) (report.timestamp() - known.time());
        double mediaMs = ms(mediaTime(bySum.get(known.hash()).time()) + sinceKnown);
        return (report.ntpTime() - zero.ntpTime()) * 1e3 / (1L << 32) - mediaMs;
    }

    /** Units since the first frame. */
    private long mediaTime(long timestamp) {
        return (int) (timestamp - sent.get(0).time());
    }

    private Map<String, Frame> bySum() {
        var bySum = new HashMap<String, Frame>();
        sent.forEach(frame -> bySum.put(frame.hash(), frame));
        return bySum;
    }

    private double ms(long units) {
        return 1e3 * units / rate;
    }

    private static double spread(DoubleStream values) {
        var summary = values.summaryStatistics();
        return summary.getMax() - summary.getMin();
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "encoded %d, sent %d in %d packets (%d repaired, %d lost for good: %d never asked for, %d of them the very last), whole %d after %.0f ms"
                        + " at most, forwarded %d, recorded %d, moved %.1f ms, reports later than the first by %s ms, missing %s",
                sent.size(),
                departed.size(),
                sum(Departed::packets),
                sum(Departed::repaired),
                sum(Departed::missing),
                sum(Departed::unasked),
                sum(Departed::last),
                delivered().size(),
                departed.stream().mapToLong(Departed::waitedNs).max().orElse(0) / 1e6,
                witnessed.size(),
                recorded.size(),
                movedMs(),
                contradictions()
                        .mapToObj(ms -> String.format(Locale.ROOT, "%.1f", ms))
                        .toList(),
                missing());
    }

    private int sum(ToIntFunction<Departed> what) {
        return departed.stream().mapToInt(what).sum();
    }
}
