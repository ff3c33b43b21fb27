package io.mediatool.player;

import io.mediatool.core.loop.EventLoop;
import io.mediatool.player.pace.PacedFrame;
import io.mediatool.player.pace.Whereabouts;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/** Has frames read on the file thread, a batch at a time. Called on the loop. */
final class ReadAhead {
    /** What is read at a time: small enough that stopping is quick, large enough that hops between threads cost nothing. */
    private static final int BATCH_BYTES = 1 << 20;

    private static final int BATCH_FRAMES = 256;
    private static final int BATCH_SAMPLES = 4096;

    private final EventLoop loop;
    private final Executor files;
    private final Taker taker;
    private final FrameReader reader; // the file thread's
    private final String name;
    private int journey; // the loop's

    /** Gets what was read, on the loop. */
    interface Taker {
        void onBatch(Batch batch);

        /** Frames that were read before a jump and come after it. */
        void onStale(List<PacedFrame> frames);

        /** Nothing is read any more: the file thread is gone. */
        void onFilesGone();

        /** The loop is closed; on the file thread. */
        void onLoopGone();
    }

    /** What a batch of frames brings along from the file thread. */
    record Batch(
            List<PacedFrame> frames,
            List<Whereabouts.Mark> marks,
            boolean last,
            int rounds,
            long[] skipped,
            @Nullable IOException failure) {}

    private interface Step {
        void run() throws IOException;
    }

    ReadAhead(EventLoop loop, Executor files, FrameReader reader, String name, Taker taker) {
        this.loop = loop;
        this.files = files;
        this.reader = reader;
        this.name = name;
        this.taker = taker;
    }

    /** Wants the next batch. */
    void want() {
        read(() -> {});
    }

    /** Wants the next batch from elsewhere; what is still being read is stale. */
    void jump(Whereabouts.Mark to) {
        journey++;
        read(() -> reader.seek(to));
    }

    /** Rounds from now on; counts for what has not been read yet. */
    void loops(int loops) {
        run(() -> reader.loops(loops));
    }

    /** Runs {@code task} where files are read, when the last batch has been; false when that is over. */
    boolean run(Runnable task) {
        try {
            files.execute(task);
            return true;
        } catch (RejectedExecutionException e) {
            return false;
        }
    }

    private void read(Step first) {
        int of = journey;
        if (!run(() -> readBatch(first, of))) {
            taker.onFilesGone();
        }
    }

    private void readBatch(Step first, int of) {
        List<PacedFrame> frames = new ArrayList<>();
        boolean last = false;
        IOException failed = null;
        try {
            first.run();
            long bytes = 0;
            for (int i = 0; i < BATCH_SAMPLES && !last && frames.size() < BATCH_FRAMES && bytes < BATCH_BYTES; i++) {
                int before = frames.size();
                last = !reader.read(frames);
                for (int j = before; j < frames.size(); j++) {
                    bytes += frames.get(j).data().length;
                }
            }
        } catch (IOException e) {
            failed = e;
        } catch (RuntimeException e) {
            // A bug of ours must end this player with a word, not leave it waiting for frames for ever.
            failed = new IOException("internal error while reading " + name + ": " + e, e);
        }
        var batch = new Batch(
                frames, reader.takeMarks(), last || failed != null, reader.rounds(), reader.skipped(), failed);
        if (!loop.tryExecute(() -> take(batch, of))) {
            taker.onLoopGone();
        }
    }

    private void take(Batch batch, int of) {
        if (of == journey) {
            taker.onBatch(batch);
        } else {
            taker.onStale(batch.frames);
        }
    }
}
