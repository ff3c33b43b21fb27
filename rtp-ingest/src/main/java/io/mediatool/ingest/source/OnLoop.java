package io.mediatool.ingest.source;

import io.mediatool.core.loop.EventLoop;
import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/** Hops onto a loop and waits for the answer; on the loop's own thread it just calls. */
final class OnLoop {
    private OnLoop() {}

    static <T> T call(EventLoop loop, Callable<T> task) throws IOException {
        try {
            if (loop.inLoop()) {
                return task.call();
            }
            return submit(loop, task).get();
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            throw cause instanceof IOException io ? io : new IOException(String.valueOf(cause), cause);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while opening", e);
        } catch (RejectedExecutionException e) {
            throw new IOException("the event loop is closed", e);
        } catch (IOException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException(e);
        }
    }

    /** The answer of {@code task}, or {@code otherwise} when the loop is closed or does not answer in time. */
    static <T> T ask(EventLoop loop, long patienceMs, Supplier<T> task, Supplier<T> otherwise) {
        try {
            return loop.inLoop() ? task.get() : submit(loop, task::get).get(patienceMs, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return otherwise.get();
        } catch (ExecutionException | TimeoutException | RejectedExecutionException e) {
            return otherwise.get();
        }
    }

    private static <T> CompletableFuture<T> submit(EventLoop loop, Callable<T> task) {
        var answer = new CompletableFuture<T>();
        loop.execute(() -> {
            try {
                answer.complete(task.call());
            } catch (Exception e) {
                answer.completeExceptionally(e);
            }
        });
        return answer;
    }
}
