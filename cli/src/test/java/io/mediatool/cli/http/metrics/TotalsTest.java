package io.mediatool.cli.http.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mediatool.core.signalling.session.Session;
import io.mediatool.core.signalling.session.SessionReport;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Sums over sessions only grow, whoever comes and goes. */
final class TotalsTest {
    private static final Totals.Series PACKETS = new Totals.Series("track", "packets", "watch", "video");

    @Test
    void sumsOnlyGrow() {
        var totals = new Totals();
        totals.observe(List.of(report("a", 10), report("b", 5)));
        assertEquals(15.0, totals.sums().get(PACKETS));
        totals.observe(List.of(report("a", 12)));
        assertEquals(17.0, totals.sums().get(PACKETS));
        totals.observe(List.of());
        assertEquals(17.0, totals.sums().get(PACKETS));
        totals.observe(List.of(report("c", 3)));
        assertEquals(20.0, totals.sums().get(PACKETS));
        // A counter that starts anew.
        totals.observe(List.of(report("c", 1)));
        assertEquals(21.0, totals.sums().get(PACKETS));
    }

    @Test
    void whatIsMeasuredIsNotSummed() {
        var totals = new Totals();
        totals.observe(List.of(report("a", 10)));
        assertEquals(
                List.of("packets"),
                totals.sums().keySet().stream().map(Totals.Series::name).toList());
        assertEquals("nacked_packets", Exposition.snake("nackedPackets"));
        assertEquals("estimate_sent_bps", Exposition.snake("estimateSentBps"));
    }

    private static SessionReport report(String id, double packets) {
        Map<String, Double> counters = Map.of("packets", packets, "bitrateBps", 7.0, "lost", Double.NaN);
        var track = new SessionReport.Track("0", "video", "VP8", List.of(), counters, null, List.of(), null);
        return new SessionReport(
                id, Session.Kind.WATCH, "room", "cam", "test", "connected", 1, null, null, Map.of(), List.of(track));
    }
}
