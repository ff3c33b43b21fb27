package io.mediatool.recorder.file;

import io.mediatool.recorder.file.RecordedFile.Gap;
import java.util.ArrayList;
import java.util.List;

/** Watches the frames of one track of a file for what is missing between them. */
final class Gaps {
    /** A pause without loss is told from here on: what Opus leaves out of silence (DTX, 0.4 s) is none. */
    private static final long SILENT_NS = 1_000_000_000L;

    private final List<Gap> gaps = new ArrayList<>();
    private long count;
    private long lost;
    private long lastNs = Long.MIN_VALUE;
    private long stepNs;

    /**
     * The next frame.
     *
     * @param ns its decoding time
     * @param durationNs a hint, 0 when it is not known
     * @param lostBefore packets that are missing between the one before and this one
     */
    void onFrame(long ns, long durationNs, long lostBefore) {
        boolean first = lastNs == Long.MIN_VALUE;
        long step = first ? 0 : ns - lastNs;
        long usual = stepNs == 0 ? Math.min(step, durationNs) : stepNs;
        if (!first && (lostBefore > 0 || step - usual >= SILENT_NS)) {
            lost += lostBefore;
            count++;
            if (gaps.size() < RecordedFile.MAX_GAPS) {
                gaps.add(new Gap(lastNs + usual, Math.max(0, step - usual), lostBefore));
            }
        } else if (!first) {
            stepNs = step;
        }
        lastNs = ns;
    }

    /** On a clock that begins at {@code zeroNs}. */
    List<Gap> since(long zeroNs) {
        return gaps.stream()
                .map(gap -> new Gap(gap.startNs() - zeroNs, gap.lengthNs(), gap.lost()))
                .toList();
    }

    long count() {
        return count;
    }

    long lost() {
        return lost;
    }
}
