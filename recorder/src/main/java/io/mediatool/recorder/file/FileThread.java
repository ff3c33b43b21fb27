package io.mediatool.recorder.file;

import io.mediatool.core.codec.Codec;
import io.mediatool.core.codec.CodecModule;
import io.mediatool.core.mp4.Mp4State;
import io.mediatool.core.mp4.Mp4Summary;
import io.mediatool.core.mp4.write.Mp4Writer;
import io.mediatool.core.rtp.NtpTime;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The way from the loop to the disk: a queue with a bound, worked off by an executor. What is queued is written when a
 * flush is ordered or when {@value #EAGER_BYTES} bytes wait. A disk that is too slow makes the queue full; who fills it
 * ({@link #isFull}) must then leave frames out.
 *
 * <p>Methods are for the loop, except where said. A failed disk ends all writing and is told once; what was written is kept.
 */
public final class FileThread {
    private static final int EAGER_BYTES = 4 << 20;

    private final Executor executor;
    private final FilePlace place;
    private final FileOptions options;
    private final long maxBytes;
    private final Listener listener;
    private final FileSet files;

    private final Queue<FileOrder> orders = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean scheduled = new AtomicBoolean();
    private final AtomicLong queuedBytes = new AtomicLong();
    private final AtomicLong writtenBytes = new AtomicLong();
    private long newBytes;

    private volatile @Nullable IOException failure;
    private volatile @Nullable Path path;
    private final List<Path> paths = new ArrayList<>();
    private boolean done;

    /** Called where files are written. */
    public interface Listener {
        void onFileStarted(Path file);

        void onFileFinished(RecordedFile file);

        void onFailed(IOException cause);

        /** The file is whole but not as asked for. */
        void onWarning(String line);

        /**
         * All is closed.
         *
         * @param written what the files hold
         */
        void onFinished(List<Path> files, Written written);
    }

    /**
     * @param executor where files are made and written, one task at a time
     * @param maxBytes how much may wait for the disk
     */
    public FileThread(
            Executor executor,
            FilePlace place,
            FileOptions options,
            Function<Codec, CodecModule> codecs,
            long maxBytes,
            Listener listener) {
        this.executor = executor;
        this.place = place;
        this.options = options;
        this.maxBytes = maxBytes;
        this.listener = listener;
        this.files = new FileSet(options, codecs, new FileSet.Opening() {
            @Override
            public FileSet.Opened open(int number, long ntp) throws IOException {
                return openFile(number, ntp);
            }

            @Override
            public void onFinished(RecordedFile finished, Mp4Summary summary, boolean whole) {
                finished(finished, summary, whole);
            }
        });
    }

    /** A new track; before its first sample. */
    public void track(RecordedTrack track) {
        orders.add(track);
    }

    /** Says, or says anew, where a track's media time 0 lies, in nanoseconds from the recording's start. */
    public void start(int track, long offsetNs) {
        orders.add(new FileOrder.Start(track, offsetNs));
    }

    /** Says, or says anew, which NTP time the recording's start was. */
    public void wallClock(long ntp) {
        orders.add(new FileOrder.WallClock(ntp));
    }

    public void add(TimedSample sample) {
        queuedBytes.addAndGet(sample.data().length);
        newBytes += sample.data().length;
        orders.add(sample);
        if (newBytes >= EAGER_BYTES) {
            flush();
        }
    }

    /** Whether frames must be left out: more than the bound waits, or an eighth more for {@code essential} ones. */
    public boolean isFull(boolean essential) {
        return queuedBytes.get() > (essential ? maxBytes + maxBytes / 8 : maxBytes);
    }

    /** Whether so little waits that it is worth to go on after {@link #isFull}. */
    public boolean hasRoom() {
        return queuedBytes.get() <= maxBytes / 2;
    }

    /** Bytes that wait for the disk. */
    public long queuedBytes() {
        return queuedBytes.get();
    }

    /** Has all that is queued written as one fragment. */
    public void flush() {
        newBytes = 0;
        orders.add(FileOrder.Step.FLUSH);
        work();
    }

    /** Lets the next key frame begin another file. */
    public void split() {
        orders.add(FileOrder.Step.SPLIT);
        work();
    }

    /** Has all files finished; nothing may be queued afterwards. */
    public void finish() {
        orders.add(FileOrder.Step.FINISH);
        work();
    }

    /** Why writing ended early, or null. From any thread. */
    public @Nullable IOException failure() {
        return failure;
    }

    /** The file being written, null before the first. From any thread. */
    public @Nullable Path path() {
        return path;
    }

    /** Bytes of samples written to all files so far. From any thread. */
    public long writtenBytes() {
        return writtenBytes.get();
    }

    private void work() {
        if (scheduled.compareAndSet(false, true)) {
            executor.execute(this::drain);
        }
    }

    private void drain() {
        do {
            FileOrder order = orders.poll();
            while (order != null) {
                carryOut(order);
                order = orders.poll();
            }
            scheduled.set(false);
            // An order that came between the last poll and this line has found us scheduled.
        } while (!orders.isEmpty() && scheduled.compareAndSet(false, true));
    }

    private void carryOut(FileOrder order) {
        if (done) {
            return;
        }
        try {
            if (order == FileOrder.Step.FINISH) {
                finishFiles();
            } else if (failure == null) {
                write(order);
            }
        } catch (IOException e) {
            fail(e);
        } catch (RuntimeException e) {
            fail(new IOException("a bug in the recorder ended it: " + e, e));
        } finally {
            if (order instanceof TimedSample sample) {
                queuedBytes.addAndGet(-sample.data().length);
            }
        }
    }

    private void write(FileOrder order) throws IOException {
        if (order instanceof TimedSample sample) {
            files.add(sample);
            writtenBytes.addAndGet(sample.data().length);
        } else if (order instanceof FileOrder.Start start) {
            files.start(start.track(), start.offsetNs());
        } else if (order instanceof RecordedTrack track) {
            files.track(track);
        } else if (order instanceof FileOrder.WallClock wallClock) {
            files.wallClock(wallClock.ntpOfStart());
        } else if (order == FileOrder.Step.SPLIT) {
            files.split();
        } else {
            files.flush();
        }
    }

    /** The disk failed: keeps what there is, so that the file can be read as it is. */
    private void fail(IOException cause) {
        if (failure != null) {
            return;
        }
        failure = cause;
        try {
            files.finish();
        } catch (IOException | RuntimeException e) {
            cause.addSuppressed(e);
        }
        listener.onFailed(cause);
    }

    private void finishFiles() throws IOException {
        try {
            if (failure == null) {
                files.finish();
            }
        } catch (IOException e) {
            fail(e);
        } finally {
            done = true;
            listener.onFinished(List.copyOf(paths), files.written());
        }
    }

    private FileSet.Opened openFile(int number, long ntp) throws IOException {
        FilePlace.Made made = place.make(number, NtpTime.toInstant(ntp));
        Mp4Writer writer = Mp4Writer.create(made.file(), options.layout());
        path = made.path();
        paths.add(made.path());
        listener.onFileStarted(made.path());
        return new FileSet.Opened(made.path(), writer);
    }

    private void finished(RecordedFile finished, Mp4Summary summary, boolean whole) {
        IOException cause = summary.failure();
        if (cause != null && !whole && failure == null) {
            // Nothing was wrong until the last fragment.
            failure = cause;
            listener.onFailed(cause);
        }
        boolean fragments = summary.state() == Mp4State.FRAGMENTED || summary.state() == Mp4State.UNFINISHED;
        if (cause != null && (whole || fragments)) {
            String how = fragments ? " is kept as fragments" : " keeps its index at its end";
            listener.onWarning(finished.path() + how + ", because: " + cause.getMessage());
        }
        listener.onFileFinished(finished);
    }
}
