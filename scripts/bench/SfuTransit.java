import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Locale;
import java.util.TreeMap;

/** How long packets are in the server by its own account, from the turn that reads them until the kernel has them: its histogram in {@code /metrics}. */
final class SfuTransit {
    private static final String BUCKET = "mediatool_transit_seconds_bucket";

    private final HttpClient http = HttpClient.newHttpClient();
    private final String url;

    SfuTransit(String url) {
        this.url = url + "/metrics";
    }

    /** Packets so far that took no longer than each bound in seconds. */
    TreeMap<Double, Double> read() throws Exception {
        String page = http.send(HttpRequest.newBuilder(URI.create(url)).build(), HttpResponse.BodyHandlers.ofString()).body();
        TreeMap<Double, Double> buckets = new TreeMap<>();
        page.lines().filter(line -> line.startsWith(BUCKET)).forEach(line -> {
            String bound = line.replaceAll(".*le=\"([^\"]*)\".*", "$1");
            double packets = Double.parseDouble(line.substring(line.lastIndexOf('}') + 1).trim().split(" ")[0]);
            buckets.merge(bound.equals("+Inf") ? Double.MAX_VALUE : Double.parseDouble(bound), packets, Double::sum);
        });
        return buckets;
    }

    /** What was added between two readings; within a bucket evenly spread, as Prometheus's histogram_quantile has it. */
    static String between(TreeMap<Double, Double> before, TreeMap<Double, Double> after) {
        return String.format(
                Locale.ROOT, "in the server p50 %s, p99 %s", quantile(before, after, 0.5), quantile(before, after, 0.99));
    }

    private static String quantile(TreeMap<Double, Double> before, TreeMap<Double, Double> after, double which) {
        double rank = which * (after.lastEntry().getValue() - before.lastEntry().getValue());
        double from = 0;
        double below = 0;
        for (var bucket : after.entrySet()) {
            double packets = bucket.getValue() - before.get(bucket.getKey());
            if (packets >= rank && bucket.getKey() == Double.MAX_VALUE) {
                break;
            }
            if (packets >= rank && packets > below) {
                double within = (rank - below) / (packets - below);
                return String.format(Locale.ROOT, "%.2f ms", 1e3 * (from + within * (bucket.getKey() - from)));
            }
            from = bucket.getKey();
            below = packets;
        }
        return String.format(Locale.ROOT, "over %.0f ms", 1e3 * from);
    }
}
