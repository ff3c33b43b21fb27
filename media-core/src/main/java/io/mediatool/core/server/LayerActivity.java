package io.mediatool.core.server;

/**
 * Whether the packets of a layer come, and how many bits: none for a while is silence, and so are pictures that only its siblings
 * have. For the loop's thread.
 */
final class LayerActivity {
    /** Without a packet for this long a layer is not being sent. */
    private static final long SILENCE_NS = 1_500_000_000L;
    /** So many pictures of another layer without one of this, and it has vanished. */
    private static final int MISSED_PICTURES = 4;
    /** Less than this between two packets is no silence, however many pictures others have had. */
    private static final long LEAST_SILENCE_NS = 120_000_000L;

    private static final long WINDOW_NS = 500_000_000L;

    private final Listener listener;
    private LayerActivity[] siblings = {};
    private boolean active;
    private boolean vanished;
    private long lastArrivalNs;

    private long pictureTimestamp = Long.MIN_VALUE;
    private long pictureNs;
    private long pictureIntervalNs;
    private int missed;

    private long windowNs;
    private long windowBits;
    private long bitrateBps;

    /** Whoever has the layer. */
    interface Listener {
        /** Packets come, for the first time or after a silence. */
        void onActive(long nowNs);

        /** Packets stopped while other layers of the same picture go on. */
        void onSilent(long nowNs);
    }

    LayerActivity(Listener listener) {
        this.listener = listener;
    }

    /** The other layers of the same picture. */
    void besides(LayerActivity[] others) {
        siblings = others;
    }

    /**
     * Takes a packet of the layer.
     *
     * @param bytes of the whole packet
     * @param timestamp unwrapped
     */
    void onPacket(int bytes, long timestamp, long nowNs) {
        count(bytes, nowNs);
        if (siblings.length > 0 && timestamp > pictureTimestamp) {
            onPicture(timestamp, nowNs);
        }
    }

    private void count(int bytes, long nowNs) {
        boolean resumed = !isActive(nowNs);
        lastArrivalNs = nowNs;
        windowBits += 8L * bytes;
        if (resumed) {
            active = true;
            vanished = false;
            windowNs = nowNs;
            windowBits = 8L * bytes;
            listener.onActive(nowNs);
        } else if (nowNs - windowNs >= WINDOW_NS) {
            bitrateBps = windowBits * 1_000_000L / ((nowNs - windowNs) / 1_000L);
            windowNs = nowNs;
            windowBits = 0;
        }
    }

    private void onPicture(long timestamp, long nowNs) {
        if (pictureTimestamp != Long.MIN_VALUE) {
            pictureIntervalNs += (nowNs - pictureNs - pictureIntervalNs) / 8;
        }
        pictureTimestamp = timestamp;
        pictureNs = nowNs;
        missed = 0;
        for (LayerActivity sibling : siblings) {
            sibling.onMissed(nowNs);
        }
    }

    /** A sibling has a picture that this one lacks as yet. Layers have frame rates of their own, so it is judged by its own. */
    private void onMissed(long nowNs) {
        missed++;
        boolean late = nowNs - lastArrivalNs >= Math.max(LEAST_SILENCE_NS, MISSED_PICTURES * pictureIntervalNs);
        if (active && !vanished && missed >= MISSED_PICTURES && late) {
            vanished = true;
            listener.onSilent(nowNs);
        }
    }

    /** Timestamps begin anew. */
    void onRestart() {
        pictureTimestamp = Long.MIN_VALUE;
    }

    /** Nothing more comes. */
    void onEnded() {
        active = false;
    }

    /** Whether packets came lately. */
    boolean isActive(long nowNs) {
        return active && !vanished && nowNs - lastArrivalNs <= SILENCE_NS;
    }

    /** Of whole packets, over the last half second or more; 0 while it is silent. */
    long bitrateBps(long nowNs) {
        return isActive(nowNs) ? bitrateBps : 0;
    }
}
