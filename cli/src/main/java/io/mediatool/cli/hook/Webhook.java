package io.mediatool.cli.hook;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One URL that events are posted to, one after the other in their order. Any thread; never waits for the network. */
final class Webhook implements AutoCloseable {
    /** More than that waits only for a receiver that is gone. */
    static final int MAX_QUEUED = 1_000;

    private static final int ATTEMPTS = 8;
    private static final Duration ANSWER = Duration.ofSeconds(10);
    private static final long LONGEST_WAIT_MS = 30_000;
    private static final long WARN_EVERY_MS = 1_000;

    private final URI url;
    private final @Nullable String secret;
    private final long firstWaitMs;
    private final HttpClient client;
    private final InstantSource clock;
    private final Consumer<String> warning;
    private final BlockingQueue<Delivery> queue = new ArrayBlockingQueue<>(MAX_QUEUED);
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread thread;
    private final AtomicLong failed = new AtomicLong();
    private long told; // guarded by this
    private long toldAtMs = Long.MIN_VALUE; // guarded by this
    private volatile boolean draining;

    /** @param lasting whether another attempt would be in vain */
    private record Trouble(String line, boolean lasting) {}

    /** @param id the same at each attempt: receivers know what they have had */
    record Delivery(String id, String event, byte[] body) {}

    /** @param firstWaitMs between the first attempt and the second; each further wait is twice as long */
    Webhook(
            URI url,
            @Nullable String secret,
            long firstWaitMs,
            HttpClient client,
            InstantSource clock,
            Consumer<String> warning) {
        this.url = url;
        this.secret = secret;
        this.firstWaitMs = firstWaitMs;
        this.client = client;
        this.clock = clock;
        this.warning = warning;
        this.thread = new Thread(this::work, "webhook");
        thread.setDaemon(true);
        thread.start();
    }

    void send(Delivery delivery) {
        if (!queue.offer(delivery)) {
            fail(1, MAX_QUEUED + " events wait already");
        }
    }

    /** Events that were never taken. */
    long failed() {
        return failed.get();
    }

    private void work() {
        try {
            while (!draining || !queue.isEmpty()) {
                Delivery next = queue.poll(200, TimeUnit.MILLISECONDS);
                if (next != null) {
                    deliver(next);
                }
            }
        } catch (InterruptedException e) {
            int left = queue.size();
            if (left > 0) {
                fail(left, "the server stops");
            }
        }
    }

    private void deliver(Delivery delivery) throws InterruptedException {
        Trouble trouble = attempt(delivery);
        long waitMs = firstWaitMs;
        for (int i = 1; i < ATTEMPTS && trouble != null && !trouble.lasting; i++) {
            boolean stop = closing.await(waitMs, TimeUnit.MILLISECONDS);
            waitMs = stop ? firstWaitMs : Math.min(2 * waitMs, LONGEST_WAIT_MS);
            trouble = attempt(delivery);
            if (stop && trouble != null) {
                break;
            }
        }
        if (trouble != null) {
            fail(1, trouble.line);
        }
    }

    /** @return null when it was taken */
    private @Nullable Trouble attempt(Delivery delivery) throws InterruptedException {
        try {
            HttpRequest.Builder request = HttpRequest.newBuilder(url)
                    .timeout(ANSWER)
                    .header("Content-Type", "application/json")
                    .header("User-Agent", "mediatool")
                    .header("Mediatool-Event", delivery.event)
                    .header("Mediatool-Delivery", delivery.id)
                    .POST(BodyPublishers.ofByteArray(delivery.body));
            String key = secret;
            if (key != null) {
                request.header(
                        "Mediatool-Signature", Signature.of(key, clock.instant().getEpochSecond(), delivery.body));
            }
            HttpResponse<Void> answer = client.send(request.build(), BodyHandlers.discarding());
            int status = answer.statusCode();
            if (status >= 200 && status < 300) {
                return null;
            }
            boolean later = status == 408 || status == 425 || status == 429;
            return new Trouble(status + " was the answer", status / 100 == 4 && !later);
        } catch (IOException e) {
            String message = e.getMessage();
            return new Trouble("no answer: " + (message == null ? e.getClass().getSimpleName() : message), false);
        }
    }

    private synchronized void fail(long count, String why) {
        long all = failed.addAndGet(count);
        long nowMs = clock.millis();
        if (toldAtMs == Long.MIN_VALUE || nowMs - toldAtMs >= WARN_EVERY_MS || nowMs < toldAtMs) {
            toldAtMs = nowMs;
            warning.accept("webhook " + shown() + ": " + (all - told) + " of its events not delivered: " + why);
            told = all;
        }
    }

    /** A secret may stand in the query. */
    private String shown() {
        return url.getScheme() + "://" + url.getAuthority() + url.getPath();
    }

    /** Sends what waits, for at most {@code bound}: each once more, without waiting between. */
    void drain(Duration bound) throws InterruptedException {
        draining = true;
        closing.countDown();
        thread.join(Math.max(1, bound.toMillis()));
        thread.interrupt();
        thread.join(500);
    }

    @Override
    public void close() {
        draining = true;
        closing.countDown();
        thread.interrupt();
    }
}
