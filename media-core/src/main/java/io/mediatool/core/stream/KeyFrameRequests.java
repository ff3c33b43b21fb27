package io.mediatool.core.stream;

/**
 * Asks one source for key frames on behalf of all that want one: at most one request per interval however many ask, asked
 * again while none comes.
 */
public final class KeyFrameRequests {
    /** Between two requests to one source. */
    public static final long INTERVAL_NS = 500_000_000L;

    /** Requests without an answer after which only a new wish asks again. */
    public static final int MAX_TRIES = 20;

    private final Output output;
    private boolean wanted;
    private boolean asked;
    private long askedNs;
    private int tries;
    private long wishes;
    private long requests;

    /** Takes requests to the source. */
    public interface Output {
        /** Send a PLI (or FIR) to the source now. */
        void requestKeyFrame(long nowNs);
    }

    public KeyFrameRequests(Output output) {
        this.output = output;
    }

    /** Somebody wants a key frame. */
    public void request(long nowNs) {
        wishes++;
        wanted = true;
        tries = 0;
        onDeadline(nowNs);
    }

    /** A key frame began: all wishes so far are granted. */
    public void onKeyFrame() {
        wanted = false;
    }

    /** When {@link #onDeadline} wants to be called, or {@link Long#MAX_VALUE}. */
    public long nextDeadlineNs() {
        return !wanted ? Long.MAX_VALUE : asked ? askedNs + INTERVAL_NS : Long.MIN_VALUE;
    }

    /** Asks when it is time. */
    public void onDeadline(long nowNs) {
        if (!wanted || asked && nowNs - askedNs < INTERVAL_NS) {
            return;
        }
        asked = true;
        askedNs = nowNs;
        requests++;
        wanted = ++tries < MAX_TRIES;
        output.requestKeyFrame(nowNs);
    }

    /** How often somebody asked. */
    public long wishes() {
        return wishes;
    }

    /** How often the source was asked. */
    public long requests() {
        return requests;
    }
}
