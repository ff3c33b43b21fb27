package io.mediatool.recorder.time;

import io.mediatool.core.codec.MediaFrame;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;

/**
 * Finds decoding times. RTP carries presentation times only, in decoding order: the i-th frame is decoded at the i-th
 * smallest presentation time, for which the frame waits until as many others are known as can overtake it. Streams
 * without B-frames pass without waiting. Decoding times strictly increase, whatever comes.
 */
public final class DecodeOrder {
    /** H.264 and H.265 allow no more (Annex A level limits: 16 frames). */
    private static final int MAX_DEPTH = 16;

    private final Output output;
    private final Deque<Waiting> waiting = new ArrayDeque<>();
    /** Presentation times that are nobody's decoding time yet, ascending; as many as frames wait. */
    private final long[] times = new long[MAX_DEPTH + 1];

    private int depth;
    private long lastDts = Long.MIN_VALUE;
    private long lastPts = Long.MIN_VALUE;

    /** Takes frames in decoding order, with both times in ticks of the track. */
    public interface Output {
        void onFrame(MediaFrame frame, long dts, long pts, long arrivalNs);
    }

    private record Waiting(MediaFrame frame, long pts, long arrivalNs) {}

    public DecodeOrder(Output output) {
        this.output = output;
    }

    /** Takes the next frame in decoding order. Two frames of one presentation time (fields) get times a tick apart. */
    public void onFrame(MediaFrame frame, long wantedPts, long arrivalNs) {
        var config = frame.config();
        if (config != null && config.reorderDepth() > depth) {
            depth = Math.min(config.reorderDepth(), MAX_DEPTH);
        }
        long pts = wantedPts;
        while (pts == lastPts || Arrays.binarySearch(times, 0, waiting.size(), pts) >= 0) {
            pts++;
        }
        lastPts = pts;
        if (pts < lastDts && depth < MAX_DEPTH) {
            depth++; // it overtook more frames than its configuration promised
        }
        insert(pts);
        waiting.addLast(new Waiting(frame, pts, arrivalNs));
        while (waiting.size() > depth) {
            release();
        }
    }

    /** Lets everything go: the source pauses or ends. */
    public void flush() {
        while (!waiting.isEmpty()) {
            release();
        }
    }

    /** When the frame after the one that was let go last is decoded, as far as is known, else {@link Long#MIN_VALUE}. */
    public long nextDts() {
        return waiting.isEmpty() ? Long.MIN_VALUE : times[0];
    }

    private void insert(long pts) {
        int at = waiting.size();
        while (at > 0 && times[at - 1] > pts) {
            times[at] = times[at - 1];
            at--;
        }
        times[at] = pts;
    }

    private void release() {
        Waiting next = waiting.removeFirst();
        long dts = lastDts == Long.MIN_VALUE ? times[0] : Math.max(times[0], lastDts + 1);
        System.arraycopy(times, 1, times, 0, waiting.size());
        lastDts = dts;
        output.onFrame(next.frame, dts, next.pts, next.arrivalNs);
    }
}
