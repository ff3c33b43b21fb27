package io.mediatool.cli.http.metrics;

import io.mediatool.core.server.TransitTimes;
import io.mediatool.core.server.peer.Endpoint;
import io.mediatool.core.signalling.session.Session;
import io.mediatool.core.signalling.session.SessionReport;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricMetadata;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.LongStream;

/** What is seen, in Prometheus' words: base units, {@code _total} for what only grows. */
final class Exposition {
    private final MetricSnapshots.Builder all = MetricSnapshots.builder();

    private Exposition() {}

    static MetricSnapshots of(Metrics.Scene scene) {
        var exposition = new Exposition();
        exposition.sessions(scene);
        exposition.totals(scene.totals());
        exposition.port(scene.port());
        exposition.loops(scene.loopsBusyNs());
        exposition.http(scene);
        exposition.process();
        exposition.srtp(scene.gcm());
        return exposition.all.build();
    }

    private void sessions(Metrics.Scene scene) {
        gauge("rooms", "Rooms that somebody is in", scene.rooms().size());
        gauge(
                "streams",
                "Streams that are published",
                scene.rooms().stream().mapToInt(room -> room.streams().size()).sum());
        counter("sessions_opened", "Sessions opened", scene.sessionsOpened());
        counter("sessions_closed", "Sessions ended", scene.sessionsClosed());
        Map<Labels, Double> states = new LinkedHashMap<>();
        Map<Labels, Double> bitrates = new LinkedHashMap<>();
        for (SessionReport session : scene.sessions()) {
            String kind = session.kind() == Session.Kind.PUBLISH ? "publish" : "watch";
            states.merge(Labels.of("session", kind, "state", session.state()), 1.0, Double::sum);
            for (SessionReport.Track track : session.tracks()) {
                bitrates.merge(
                        Labels.of("session", kind, "kind", track.kind()),
                        track.counters().getOrDefault("bitrateBps", 0.0),
                        Double::sum);
            }
        }
        gauges("sessions", "Sessions now, by what they do and how far they are", states);
        gauges("bitrate_bits_per_second", "Media now, sums over tracks", bitrates);
    }

    private void totals(Totals totals) {
        Map<String, Map<Labels, Double>> byName = new TreeMap<>();
        totals.sums()
                .forEach((series, value) -> byName.computeIfAbsent(
                                series.part() + "_" + snake(series.name()), name -> new LinkedHashMap<>())
                        .put(
                                series.kind().isEmpty()
                                        ? Labels.of("session", series.session())
                                        : Labels.of("session", series.session(), "kind", series.kind()),
                                value));
        byName.forEach((name, values) -> counters(
                name, "Sum over the " + name.split("_")[0] + "s of sessions, see the API's statistics", values));
    }

    private void port(Endpoint.Counters port) {
        counter("udp_received_datagrams", "Datagrams received", port.socket().received());
        counter("udp_received_bytes", "Bytes received", port.socket().receivedBytes());
        counter("udp_sent_datagrams", "Datagrams sent", port.socket().sent());
        counter("udp_sent_bytes", "Bytes sent", port.socket().sentBytes());
        Map<Labels, Double> drops = new LinkedHashMap<>();
        drops.put(Labels.of("reason", "receive-buffer-full"), (double)
                port.socket().kernelDropped());
        drops.put(
                Labels.of("reason", "send-buffer-full"), (double) port.socket().sendDropped());
        drops.put(Labels.of("reason", "send-failed"), (double) port.socket().sendFailed());
        drops.put(Labels.of("reason", "malformed"), (double) port.port().malformed());
        drops.put(Labels.of("reason", "unknown-peer"), (double) port.port().strays());
        drops.put(Labels.of("reason", "handover-full"), (double) port.port().handoverDropped());
        drops.put(Labels.of("reason", "relay-full"), (double) port.relayDropped());
        drops.put(Labels.of("reason", "tcp-receiver-slow"), (double) port.port().tcpDropped());
        counters("udp_dropped_datagrams", "Datagrams dropped at the port", drops);
        counter(
                "udp_handed_over_datagrams",
                "Datagrams that another loop received",
                port.port().handedOver());
        counter(
                "tcp_refused_connections",
                "Media connections by TCP turned away",
                port.port().tcpRefused());
        transit(port.transit());
        gauge(
                "peers",
                "Peers of the port, those that still connect included",
                port.port().peers());
    }

    private void loops(List<Long> busyNs) {
        Map<Labels, Double> seconds = new LinkedHashMap<>();
        for (int i = 0; i < busyNs.size(); i++) {
            seconds.put(Labels.of("loop", Integer.toString(i)), busyNs.get(i) / 1e9);
        }
        counters("loop_busy_seconds", "Time that a loop was at work", seconds);
    }

    private void http(Metrics.Scene scene) {
        Map<Labels, Double> requests = new LinkedHashMap<>();
        scene.traffic()
                .answered()
                .forEach((method, byStatus) -> byStatus.forEach((status, count) ->
                        requests.put(Labels.of("method", method, "status", Integer.toString(status)), (double) count)));
        counters("http_requests", "HTTP requests answered", requests);
        gauge("http_connections", "HTTP connections open", scene.connections());
        counter("http_connections_refused", "HTTP connections turned away", scene.connectionsRefused());
        gauge("event_streams", "Clients that listen for events", scene.eventStreams());
    }

    private void process() {
        var memory = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
        gauge("heap_used_bytes", "Java heap in use", memory.getUsed());
        gauge("heap_max_bytes", "Java heap at most", memory.getMax());
        double cpuSeconds = ProcessHandle.current()
                .info()
                .totalCpuDuration()
                .map(cpu -> cpu.toNanos() / 1e9)
                .orElse(0.0);
        counters("process_cpu_seconds", "CPU time of the process", Map.of(Labels.EMPTY, cpuSeconds));
    }

    private void srtp(String gcm) {
        all.metricSnapshot(InfoSnapshot.builder()
                .name("mediatool_srtp")
                .help("What encrypts packets: the implementation of AES-GCM")
                .dataPoint(InfoSnapshot.InfoDataPointSnapshot.builder()
                        .labels(Labels.of("aes_gcm", gcm))
                        .build())
                .build());
    }

    private void gauge(String name, String help, long value) {
        gauges(name, help, Map.of(Labels.EMPTY, (double) value));
    }

    /** One data point of a metric. */
    private interface Point<P> {
        P of(double value, Labels labels);
    }

    private static <P> List<P> points(Map<Labels, Double> values, Point<P> point) {
        return values.entrySet().stream()
                .map(each -> point.of(each.getValue(), each.getKey()))
                .toList();
    }

    private static MetricMetadata named(String name, String help) {
        return new MetricMetadata("mediatool_" + name, help);
    }

    private void gauges(String name, String help, Map<Labels, Double> values) {
        all.metricSnapshot(new GaugeSnapshot(
                named(name, help),
                points(values, (value, labels) -> new GaugeSnapshot.GaugeDataPointSnapshot(value, labels, null))));
    }

    /** The name ends in {@code _total} when it is written. */
    private void counters(String name, String help, Map<Labels, Double> values) {
        all.metricSnapshot(new CounterSnapshot(
                named(name, help),
                points(
                        values,
                        (value, labels) -> new CounterSnapshot.CounterDataPointSnapshot(value, labels, null, 0))));
    }

    private void transit(TransitTimes.Snapshot transit) {
        double[] bounds = LongStream.concat(
                        Arrays.stream(TransitTimes.Snapshot.boundsNs()), LongStream.of(Long.MAX_VALUE))
                .mapToDouble(ns -> ns == Long.MAX_VALUE ? Double.POSITIVE_INFINITY : ns / 1e9)
                .toArray();
        all.metricSnapshot(HistogramSnapshot.builder()
                .name("mediatool_transit_seconds")
                .help("Packets to viewers, from the turn that received them until the kernel had them again")
                .dataPoint(HistogramSnapshot.HistogramDataPointSnapshot.builder()
                        .classicHistogramBuckets(ClassicHistogramBuckets.of(bounds, transit.counts()))
                        .sum(transit.sumNs() / 1e9)
                        .build())
                .build());
    }

    private void counter(String name, String help, long value) {
        counters(name, help, Map.of(Labels.EMPTY, (double) value));
    }

    /** {@code packetsReceived} as {@code packets_received}. */
    static String snake(String name) {
        return name.replaceAll("([a-z0-9])([A-Z])", "$1_$2")
                .replaceAll("[^A-Za-z0-9]+", "_")
                .toLowerCase(Locale.ROOT);
    }
}
