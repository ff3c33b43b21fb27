package io.mediatool.core.stream;

/** Lets so many bytes a second through and keeps a little for a burst. */
public final class TokenBucket {
    private final double burstBytes;
    private double tokens;
    private boolean started;
    private long filledNs;

    /** @param burstBytes what may go at once after a pause */
    public TokenBucket(int burstBytes) {
        this.burstBytes = burstBytes;
        this.tokens = burstBytes;
    }

    /** Fills it for the time since the last call. */
    public void fill(long rateBps, long nowNs) {
        if (started) {
            tokens = Math.min(burstBytes, tokens + (double) rateBps / 8 * (double) Math.max(0, nowNs - filledNs) / 1e9);
        }
        started = true;
        filledNs = nowNs;
    }

    /** Whether anything may go: the last packet may be larger than what is left, the next ones wait for it. */
    public boolean isOpen() {
        return tokens > 0;
    }

    public void take(int bytes) {
        tokens -= bytes;
    }

    /** When it opens again at that rate. */
    public long opensNs(long rateBps, long nowNs) {
        double missing = Math.max(0, 1 - tokens);
        return nowNs + (long) (missing * 8e9 / (double) Math.max(1, rateBps));
    }
}
