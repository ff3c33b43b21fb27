package io.mediatool.cli.http.exchange;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/** How often one address may ask: a token bucket each, for the addresses that asked last. */
public final class Rates {
    /** Addresses that are remembered; one that has been quiet longest is forgotten first. */
    private static final int MAX_ADDRESSES = 10_000;

    private static final int BURST_SECONDS = 4;

    private final LongSupplier clock;
    private final int perSecond;
    private final Map<String, Bucket> buckets = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Bucket> eldest) {
            return size() > MAX_ADDRESSES;
        }
    };

    private static final class Bucket {
        private double tokens;
        private long atNs;
    }

    /**
     * @param perSecond requests of one address in the long run, four times as many at once; 0 for any number
     * @param clock monotonic, ns
     */
    public Rates(int perSecond, LongSupplier clock) {
        this.perSecond = perSecond;
        this.clock = clock;
    }

    /** Counts a request; refuses it with 429 when there were too many. */
    public void count(InetAddress address) {
        if (perSecond == 0) {
            return;
        }
        long nowNs = clock.getAsLong();
        double burst = (double) perSecond * BURST_SECONDS;
        Bucket bucket = buckets.computeIfAbsent(network(address), key -> {
            var fresh = new Bucket();
            fresh.tokens = burst;
            fresh.atNs = nowNs;
            return fresh;
        });
        bucket.tokens = Math.min(burst, bucket.tokens + (nowNs - bucket.atNs) * 1e-9 * perSecond);
        bucket.atNs = nowNs;
        if (bucket.tokens < 1) {
            throw new Refusal(429, "more than " + perSecond + " requests a second from one address").retryAfter(1);
        }
        bucket.tokens--;
    }

    int remembered() {
        return buckets.size();
    }

    /** Whoever has one IPv6 address has 2^64 of them. */
    static String network(InetAddress address) {
        byte[] bytes = address.getAddress();
        return Arrays.toString(bytes.length == 16 ? Arrays.copyOf(bytes, 8) : bytes);
    }
}
