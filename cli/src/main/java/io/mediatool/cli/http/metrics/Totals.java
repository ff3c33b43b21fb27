package io.mediatool.cli.http.metrics;

import io.mediatool.core.signalling.session.Session;
import io.mediatool.core.signalling.session.SessionReport;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The counters of all sessions, those that have ended included, so that sums only grow. What a session counted between its last look
 * and its end is missing.
 */
final class Totals {
    /** Not counted up but measured. */
    private static final Set<String> GAUGES =
            Set.of("bitrateBps", "rttMs", "jitterMs", "width", "height", "remoteEstimateBps", "estimateSentBps", "fps");

    /**
     * @param part {@code track} or {@code transport}
     * @param name as in reports
     * @param session {@code publish} or {@code watch}
     * @param kind of media; empty for transports
     */
    record Series(String part, String name, String session, String kind) implements Comparable<Series> {
        private static final Comparator<Series> ORDER = Comparator.comparing(Series::part)
                .thenComparing(Series::name)
                .thenComparing(Series::session)
                .thenComparing(Series::kind);

        @Override
        public int compareTo(Series other) {
            return ORDER.compare(this, other);
        }
    }

    private final Map<Series, Double> sums = new TreeMap<>();
    private final Map<String, Map<Series, Double>> last = new HashMap<>();

    /** Takes in the reports of all sessions that there are. */
    void observe(List<SessionReport> reports) {
        Map<String, Map<Series, Double>> seen = new HashMap<>();
        for (SessionReport report : reports) {
            Map<Series, Double> now = counters(report);
            Map<Series, Double> before = last.getOrDefault(report.id(), Map.of());
            now.forEach((series, value) -> {
                double grown = value - before.getOrDefault(series, 0.0);
                // A counter that starts anew has counted what it shows.
                sums.merge(series, grown >= 0 ? grown : value, Double::sum);
            });
            seen.put(report.id(), now);
        }
        last.clear();
        last.putAll(seen);
    }

    /** By series, in order. */
    Map<Series, Double> sums() {
        return sums;
    }

    private static Map<Series, Double> counters(SessionReport report) {
        String session = report.kind() == Session.Kind.PUBLISH ? "publish" : "watch";
        Map<Series, Double> counters = new HashMap<>();
        report.transport().forEach((name, value) -> add(counters, new Series("transport", name, session, ""), value));
        for (SessionReport.Track track : report.tracks()) {
            track.counters()
                    .forEach((name, value) -> add(counters, new Series("track", name, session, track.kind()), value));
        }
        return counters;
    }

    private static void add(Map<Series, Double> counters, Series series, double value) {
        if (Double.isFinite(value) && value >= 0 && !GAUGES.contains(series.name())) {
            counters.merge(series, value, Double::sum);
        }
    }
}
