package io.mediatool.core.srtp;

/**
 * Makes packets that wait together alike in size, by RTP padding (RFC 3550 §5.1), so that they leave with fewer writes: UDP segmentation
 * takes datagrams of one size, of which the last may be shorter, and libwebrtc cuts a frame into pieces of two sizes a byte apart. Finds
 * the fewest writes, and of the ways to them the one with the least padding. One serves all sessions of a thread.
 */
public final class RunPadding {
    /** A packet is not given more. */
    public static final int MAX_BYTES = 8;

    /** Of a write; what a way costs beyond that is padding. */
    private static final long WRITE = 1L << 32;

    /** Of the packets from each one on; nothing behind the last. */
    private final long[] costs = new long[PacketRun.MAX_PACKETS + 1];

    /** The last packet of the write that each one would begin. */
    private final int[] ends = new int[PacketRun.MAX_PACKETS];

    /**
     * Pads those packets of a run that may be ({@link PacketRun#add(int, int, boolean)}), before it is protected, where that saves a
     * write: up to the longest of the same write, with what the session adds still to come.
     *
     * @param maxBytes of a packet that can share a write; where one is longer, nothing is done
     */
    public void pad(PacketRun run, int maxBytes) {
        if (!run.anyMayPad() || isOneWrite(run) || !allFit(run, maxBytes)) {
            return;
        }
        costs[run.size()] = 0;
        for (int first = run.size() - 1; first >= 0; first--) {
            choose(run, first);
        }
        for (int first = 0; first < run.size(); first = ends[first] + 1) {
            pad(run, first, ends[first]);
        }
    }

    private static boolean isOneWrite(PacketRun run) {
        int last = run.size() - 1;
        for (int i = 1; i <= last; i++) {
            int more = run.length(i) - run.length(0);
            if (more > 0 || more < 0 && i < last) {
                return false;
            }
        }
        return true;
    }

    private static boolean allFit(PacketRun run, int maxBytes) {
        for (int i = 0; i < run.size(); i++) {
            if (run.length(i) > maxBytes) {
                return false;
            }
        }
        return true;
    }

    /** Finds where a write that begins with packet {@code first} ends best; known for all packets behind it. */
    private void choose(PacketRun run, int first) {
        int longest = 0;
        int bytes = 0;
        int shortest = Integer.MAX_VALUE;
        int shortestFixed = Integer.MAX_VALUE; // of those that must stay as they are
        long best = Long.MAX_VALUE;
        for (int last = first; last < run.size(); last++) {
            int length = run.length(last);
            longest = Math.max(longest, length);
            // All before the last must become as long as the longest, and the more there are the less they can.
            if (last > first && (longest - shortest > MAX_BYTES || shortestFixed < longest)) {
                break;
            }
            int padded = longest * (last - first) - bytes;
            long cost = WRITE + padded + costs[last + 1];
            if (cost < best) {
                best = cost;
                ends[first] = last;
            }
            bytes += length;
            shortest = Math.min(shortest, length);
            shortestFixed = run.mayPad(last) ? shortestFixed : Math.min(shortestFixed, length);
        }
        costs[first] = best;
    }

    private static void pad(PacketRun run, int first, int last) {
        int longest = 0;
        for (int i = first; i <= last; i++) {
            longest = Math.max(longest, run.length(i));
        }
        for (int i = first; i < last; i++) {
            if (run.length(i) < longest) {
                run.pad(i, longest - run.length(i));
            }
        }
    }
}
