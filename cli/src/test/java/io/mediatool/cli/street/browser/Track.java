package io.mediatool.cli.street.browser;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mediatool.cli.street.browser.RecordedMedia.Frame;
import io.mediatool.cli.street.browser.Witness.Report;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * One track on its way from the encoder into a file.
 *
 * @param rate of its clock, in Hz
 * @param sent what left the encoder, by RTP timestamp
 * @param witnessed what came whole to somebody else, by RTP timestamps of theirs
 * @param recorded what is in the file, in units of the same clock on the movie's
 * @param reports of the publisher, by the same timestamps
 */
record Track(int rate, List<Frame> sent, List<Frame> witnessed, List<Frame> recorded, List<Report> reports) {
    static final Track NONE = new Track(1, List.of(), List.of(), List.of(), List.of());

    /** Which were sent between the first and the last one that came whole, and did not. */
    List<Integer> missing() {
        Set<String> came = new HashSet<>(witnessed.stream().map(Frame::hash).toList());
        List<Boolean> whole =
                sent.stream().map(frame -> came.contains(frame.hash())).toList();
        return IntStream.range(Math.max(0, whole.indexOf(true)), whole.lastIndexOf(true) + 1)
                .filter(i -> !whole.get(i))
                .boxed()
                .toList();
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
    void assertInOrder(String story) {
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
        return spread(reports.stream().mapToDouble(report -> wallLessMediaMs(report, reports.get(0))));
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
                "sent %d, whole %d, missing %s, recorded %d, moved %.1f ms, %d reports %.1f ms apart",
                sent.size(),
                witnessed.size(),
                missing(),
                recorded.size(),
                movedMs(),
                reports.size(),
                uncertainMs());
    }
}
