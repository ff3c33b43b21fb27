package io.mediatool.core.mp4.movie;

import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.mp4.box.FileWindow;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Samples of one track out of a file's fragments. */
final class FragmentCursor implements SampleCursor {
    private final FragmentWalker walker;
    private final int trackId;
    private final long from;
    private final long firstTime;
    private final long budget;
    private final SamplePoint point = new SamplePoint();
    private @Nullable Fragment fragment;
    private int runs;
    private @Nullable Run run;
    private long time;
    private long position;
    private long spent;

    /**
     * A cursor before the first sample.
     *
     * @param firstTime media time of it where no {@code tfdt} says so
     */
    FragmentCursor(FileWindow file, long from, Map<Integer, Fragment.Defaults> defaults, int trackId, long firstTime) {
        this.walker = new FragmentWalker(file, from, defaults);
        this.trackId = trackId;
        this.from = from;
        this.firstTime = firstTime;
        // Samples may overlap, but not so often that a small file keeps a reader busy for ever.
        this.budget = 4 * file.size() + 1024;
        this.time = firstTime;
    }

    @Override
    public SamplePoint sample() {
        return point;
    }

    @Override
    public boolean next() throws IOException, MalformedException {
        while (true) {
            Run current = run;
            if (current != null && current.next(point, time, position)) {
                spent += Math.max(1, point.size);
                if (spent > budget) {
                    throw new MalformedException("samples overlap", point.position);
                }
                time += point.duration;
                position += point.size;
                return true;
            }
            Fragment whole = fragment;
            if (whole == null || runs == whole.runs().size()) {
                whole = walker.next();
                fragment = whole;
                runs = 0;
                run = null;
                if (whole == null) {
                    return false;
                }
                continue;
            }
            Run candidate = whole.runs().get(runs++);
            if (candidate.trackId() == trackId) {
                run = candidate;
                position = candidate.position();
                time = candidate.time() >= 0 ? candidate.time() : time;
            }
        }
    }

    @Override
    public boolean seek(long dts, boolean previousSync) throws IOException, MalformedException {
        rewind(from, firstTime);
        long bestStart = -1;
        long bestTime = 0;
        int bestIndex = 0;
        long fragmentStart = -1;
        long fragmentTime = time;
        int index = 0;
        long timeBefore = time;
        while (next()) {
            if (point.dts > dts) {
                break;
            }
            long start = fragment == null ? -1 : fragment.start();
            if (start != fragmentStart) {
                fragmentStart = start;
                fragmentTime = timeBefore;
                index = 0;
            }
            if (point.sync || !previousSync) {
                bestStart = fragmentStart;
                bestTime = fragmentTime;
                bestIndex = index;
            }
            index++;
            timeBefore = time;
        }
        if (bestStart < 0) {
            rewind(from, firstTime);
            return false;
        }
        rewind(bestStart, bestTime);
        for (int i = 0; i < bestIndex; i++) {
            next();
        }
        return true;
    }

    private void rewind(long start, long startTime) {
        walker.restart(start);
        fragment = null;
        run = null;
        runs = 0;
        time = startTime;
        spent = 0;
    }
}
