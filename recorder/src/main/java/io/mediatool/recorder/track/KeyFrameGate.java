package io.mediatool.recorder.track;

import io.mediatool.core.codec.DecoderConfig;
import io.mediatool.core.codec.MediaFrame;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Lets a track begin where it can be decoded: at its first key frame, and not before its configuration is known. What comes
 * earlier is held; it is left out when the key frame comes, and written after all when none comes for 10 s (streams with
 * gradual refresh have none) or the source ends.
 */
final class KeyFrameGate {
    private static final long WAIT_NS = 10_000_000_000L;
    private static final int MAX_BYTES = 32 << 20;
    /** Counted beside the bytes of each frame held. */
    private static final int FRAME_OVERHEAD_BYTES = 128;

    private final Output output;
    private final Deque<Held> held = new ArrayDeque<>();
    private @Nullable DecoderConfig config;
    private boolean open;
    private boolean keyFrameHeld;
    private boolean framesSeen;
    private int heldBytes;
    private long sinceNs;

    /** Takes frames that may be written. */
    interface Output {
        /** A frame with a configuration. */
        void onFrame(MediaFrame frame, long pts, long arrivalNs);

        /**
         * Frames before the beginning were left out.
         *
         * @param configKnown false when nothing can be written at all because the configuration never came
         */
        void onLeftOut(int frames, boolean configKnown);
    }

    private record Held(MediaFrame frame, long pts, long arrivalNs) {}

    /**
     * @param config what a description told, or null
     */
    KeyFrameGate(@Nullable DecoderConfig config, Output output) {
        this.config = config;
        this.output = output;
    }

    void onFrame(MediaFrame frame, long pts, long arrivalNs) {
        DecoderConfig known = frame.config() == null ? config : frame.config();
        config = known;
        framesSeen = true;
        if (open && known != null) {
            output.onFrame(withConfig(frame, known), pts, arrivalNs);
            return;
        }
        if (frame.keyFrame() && !keyFrameHeld) {
            keyFrameHeld = true;
            leaveOut(true);
        }
        if (held.isEmpty()) {
            sinceNs = arrivalNs;
        }
        held.addLast(new Held(frame, pts, arrivalNs));
        heldBytes += frame.data().length + FRAME_OVERHEAD_BYTES;
        if (keyFrameHeld && known != null) {
            release(known);
        } else if (heldBytes > MAX_BYTES) {
            giveUp();
        }
    }

    /** Whether frames have come, but nothing that tells how to decode them. */
    boolean isConfigMissing() {
        return framesSeen && config == null;
    }

    /** When {@link #onDeadline} wants to be called, or {@link Long#MAX_VALUE}. */
    long nextDeadlineNs() {
        return held.isEmpty() ? Long.MAX_VALUE : sinceNs + WAIT_NS;
    }

    void onDeadline(long nowNs) {
        if (!held.isEmpty() && nowNs - sinceNs >= WAIT_NS) {
            giveUp();
        }
    }

    /** The source ended: what is held is written if it can be. */
    void flush() {
        if (!held.isEmpty()) {
            giveUp();
        }
    }

    private void giveUp() {
        DecoderConfig known = config;
        if (known == null) {
            leaveOut(false);
            keyFrameHeld = false;
        } else {
            release(known);
        }
    }

    private void release(DecoderConfig known) {
        open = true;
        while (!held.isEmpty()) {
            Held next = held.removeFirst();
            output.onFrame(withConfig(next.frame, known), next.pts, next.arrivalNs);
        }
        heldBytes = 0;
    }

    private void leaveOut(boolean configKnown) {
        if (!held.isEmpty()) {
            int count = held.size();
            held.clear();
            heldBytes = 0;
            output.onLeftOut(count, configKnown);
        }
    }

    private static MediaFrame withConfig(MediaFrame frame, DecoderConfig config) {
        return frame.config() != null
                ? frame
                : new MediaFrame(
                        frame.data(), frame.timestamp(), frame.duration(), frame.keyFrame(), config, frame.damaged());
    }
}
