package io.mediatool.cli.http.metrics;

import io.mediatool.core.signalling.session.Session;
import io.mediatool.core.signalling.session.SessionReport;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
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

    private static final double[] NOTHING = {};

    /** The place of each series in the arrays: by what reports can name, not by how many sessions there are. */
    private final Map<Series, Integer> places = new HashMap<>();

    private double[] sums = NOTHING;
    /** By session, which there may be thousands of. */
    private Map<String, double[]> last = Map.of();

    /** Takes in the reports of all sessions that there are. */
    void observe(List<SessionReport> reports) {
        Map<String, double[]> seen = new HashMap<>();
        for (SessionReport report : reports) {
            double[] now = counters(report);
            double[] before = last.getOrDefault(report.id(), NOTHING);
            if (sums.length < places.size()) {
                sums = Arrays.copyOf(sums, places.size());
            }
            for (int i = 0; i < now.length; i++) {
                double grown = now[i] - (i < before.length ? before[i] : 0);
                // A counter that starts anew has counted what it shows.
                sums[i] += grown >= 0 ? grown : now[i];
            }
            seen.put(report.id(), now);
        }
        last = seen;
    }

    /** By series, in order. */
    SortedMap<Series, Double> sums() {
        SortedMap<Series, Double> all = new TreeMap<>();
        places.forEach((series, place) -> all.put(series, place < sums.length ? sums[place] : 0));
        return all;
    }

    private double[] counters(SessionReport report) {
        String session = report.kind() == Session.Kind.PUBLISH ? "publish" : "watch";
        Map<Integer, Double> counters = new HashMap<>();
        report.transport().forEach((name, value) -> add(counters, new Series("transport", name, session, ""), value));
        for (SessionReport.Track track : report.tracks()) {
            track.counters()
                    .forEach((name, value) -> add(counters, new Series("track", name, session, track.kind()), value));
        }
        double[] values = new double[counters.isEmpty() ? 0 : Collections.max(counters.keySet()) + 1];
        counters.forEach((place, value) -> values[place] = value);
        return values;
    }

    private int place(Series series) {
        Integer known = places.get(series);
        if (known == null) {
            known = places.size();
            places.put(series, known);
        }
        return known;
    }

    private void add(Map<Integer, Double> counters, Series series, double value) {
        if (Double.isFinite(value) && value >= 0 && !GAUGES.contains(series.name())) {
            int place = place(series);
            counters.merge(place, value, Double::sum);
        }
    }
}
