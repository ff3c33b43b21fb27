package io.mediatool.core.congestion;

/**
 * A few packets sent faster than the media alone: how far apart they arrive tells what the path carries, whatever the media needs
 * (libwebrtc's probe clusters).
 */
final class Probe {
    private static final int MIN_PACKETS = 5;
    private static final double MIN_ARRIVED = 0.8;

    private boolean sending;
    private boolean open;
    private long first;
    private long last;
    private int packets;
    private long bytes;
    private long firstSentUs;
    private long lastSentUs;
    private int lastSentBytes;
    private long firstArrivedUs;
    private long lastArrivedUs;
    private int firstArrivedBytes;
    private int expected;

    /** What is sent from number {@code from} on belongs to it. */
    void begin(long from) {
        sending = true;
        open = true;
        first = from;
        last = Long.MAX_VALUE;
        packets = 0;
        bytes = 0;
    }

    /** What has number {@code next} does not. */
    void end(long next) {
        if (sending) {
            sending = false;
            last = next - 1;
            expected = (int) (next - first);
            open = expected >= MIN_PACKETS;
        }
    }

    boolean isOpen() {
        return open;
    }

    void onPacket(long number, int size, long sentUs, long arrivedUs) {
        if (!open || number < first || number > last) {
            return;
        }
        if (packets == 0) {
            firstSentUs = sentUs;
            firstArrivedUs = arrivedUs;
            firstArrivedBytes = size;
            lastSentUs = sentUs;
            lastArrivedUs = arrivedUs;
            lastSentBytes = size;
        }
        packets++;
        bytes += size;
        if (sentUs >= lastSentUs) {
            lastSentUs = sentUs;
            lastSentBytes = size;
        }
        lastArrivedUs = Math.max(lastArrivedUs, arrivedUs);
    }

    /**
     * What it says, once {@code newest} is known of.
     *
     * @return bits a second, 0 while it is not over or says nothing
     */
    double result(long newest) {
        if (!open || sending || newest < last) {
            return 0;
        }
        open = false;
        long sentApart = lastSentUs - firstSentUs;
        long arrivedApart = lastArrivedUs - firstArrivedUs;
        if (packets < Math.max(MIN_PACKETS, MIN_ARRIVED * expected) || sentApart <= 0 || arrivedApart <= 0) {
            return 0;
        }
        double sent = (double) (bytes - lastSentBytes) * 8e6 / (double) sentApart;
        double arrived = (double) (bytes - firstArrivedBytes) * 8e6 / (double) arrivedApart;
        if (arrived > 2 * sent) {
            return 0; // pressed together on the way: it says nothing
        }
        // Where it was the path that slowed it down, a little less than all of it keeps the queue empty.
        return arrived < 0.9 * sent ? 0.95 * arrived : Math.min(sent, arrived);
    }
}
