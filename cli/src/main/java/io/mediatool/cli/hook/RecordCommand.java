package io.mediatool.cli.hook;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Runs the user's command for each file that is complete; no shell reads it. Any thread; does not wait for it. */
final class RecordCommand implements AutoCloseable {
    private static final int AT_ONCE = 4;
    private static final int MAX_QUEUED = 1_000;

    private final List<String> command;
    private final Duration deadline;
    private final Consumer<String> line;
    private final Consumer<String> warning;
    private final ThreadPoolExecutor threads = new ThreadPoolExecutor(
            AT_ONCE, AT_ONCE, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(MAX_QUEUED), RecordCommand::thread);

    /**
     * @param command words; the file is one more at its end
     * @param deadline after which it is killed
     */
    RecordCommand(List<String> command, Duration deadline, Consumer<String> line, Consumer<String> warning) {
        this.command = List.copyOf(command);
        this.deadline = deadline;
        this.line = line;
        this.warning = warning;
        threads.allowCoreThreadTimeOut(true);
    }

    private static Thread thread(Runnable task) {
        Thread thread = new Thread(task, "on-record-complete");
        thread.setDaemon(true);
        return thread;
    }

    /** @param facts what the command finds in its environment */
    void run(Path file, Map<String, String> facts) {
        try {
            threads.execute(() -> runNow(file, facts));
        } catch (RejectedExecutionException e) {
            warning.accept("on-record-complete " + file + ": not run: " + MAX_QUEUED + " files wait already");
        }
    }

    private void runNow(Path file, Map<String, String> facts) {
        List<String> words = new ArrayList<>(command);
        words.add(file.toString());
        var builder = new ProcessBuilder(words)
                .redirectInput(ProcessBuilder.Redirect.from(new File(nothing())))
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD);
        builder.environment().putAll(facts);
        Process process = null;
        try {
            process = builder.start();
            if (!process.waitFor(deadline.toMillis(), TimeUnit.MILLISECONDS)) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
                warning.accept("on-record-complete " + file + ": killed after " + deadline.toSeconds() + " s");
            } else if (process.exitValue() == 0) {
                line.accept("on-record-complete " + file + ": exit status 0");
            } else {
                warning.accept("on-record-complete " + file + ": exit status " + process.exitValue());
            }
        } catch (IOException e) {
            warning.accept("on-record-complete " + file + ": " + e.getMessage());
        } catch (InterruptedException e) {
            warning.accept("on-record-complete " + file + ": " + (process == null ? "not run" : "still running")
                    + " when the server stopped");
        }
    }

    private static String nothing() {
        return File.separatorChar == '\\' ? "NUL" : "/dev/null";
    }

    /** Waits for what runs and what waits, for at most {@code bound}; what runs then goes on without us. */
    void drain(Duration bound) throws InterruptedException {
        threads.shutdown();
        if (!threads.awaitTermination(bound.toMillis(), TimeUnit.MILLISECONDS)) {
            int left = threads.shutdownNow().size();
            if (left > 0) {
                warning.accept("on-record-complete: not run for " + left + " files, for the server stops");
            }
            threads.awaitTermination(500, TimeUnit.MILLISECONDS);
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
