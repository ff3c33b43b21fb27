package io.mediatool.cli.hook;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.mediatool.cli.config.HookPlan;
import io.mediatool.core.signalling.session.SessionEvent;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Webhooks against a real HTTP server, commands with real processes. */
final class HooksTest {
    private static final Instant NOW = Instant.ofEpochSecond(1_700_000_000);

    @TempDir
    Path directory;

    private final BlockingQueue<Received> received = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
    private final AtomicInteger refusals = new AtomicInteger();
    private int refusal = 500;
    private final CountDownLatch open = new CountDownLatch(1);
    private boolean blocking;
    private HttpServer server;

    private record Received(String signature, String event, String delivery, byte[] body) {
        JsonObject json() {
            return new JsonObject(new String(body, StandardCharsets.UTF_8));
        }
    }

    @BeforeEach
    void listen() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.setExecutor(Executors.newCachedThreadPool());
        server.start();
    }

    @AfterEach
    void stop() {
        open.countDown();
        server.stop(0);
    }

    private void answer(HttpExchange exchange) throws IOException {
        var headers = exchange.getRequestHeaders();
        received.add(new Received(
                headers.getFirst("Mediatool-Signature"),
                headers.getFirst("Mediatool-Event"),
                headers.getFirst("Mediatool-Delivery"),
                exchange.getRequestBody().readAllBytes()));
        if (blocking) {
            try {
                open.await(20, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
        }
        exchange.sendResponseHeaders(refusals.getAndDecrement() > 0 ? refusal : 204, -1);
        exchange.close();
    }

    private URI url() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/hook?key=secret");
    }

    private Hooks hooks(URI... urls) {
        var plan = new HookPlan(List.of(urls), "whsec", List.of());
        return new Hooks(
                plan, 10, () -> NOW, new SplittableRandom(3), lines::add, line -> lines.add("warning " + line));
    }

    private static SessionEvent event(int number) {
        return new SessionEvent(SessionEvent.Type.STREAM_PUBLISHED, "demo", "cam" + number, "", "");
    }

    private Received next() throws InterruptedException {
        Received next = received.poll(20, TimeUnit.SECONDS);
        assertNotNull(next, "nothing came");
        return next;
    }

    private String line() throws InterruptedException {
        String line = lines.poll(20, TimeUnit.SECONDS);
        assertNotNull(line, "nothing was said");
        return line;
    }

    /** The value is what openssl dgst -sha256 -hmac whsec makes of the time, a dot and the body. */
    @Test
    void signaturesAreWhatOthersCompute() {
        assertEquals(
                "t=1700000000,v1=8ad37ba156048ae0e0a5533c75cdf26fee88b07f93cb57ee4c80adb053012032",
                Signature.of("whsec", 1_700_000_000L, "{\"a\":1}".getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void eventsComeInOrderSignedAndAgainWhenTheyAreNotTaken() throws InterruptedException {
        refusals.set(2);
        try (Hooks hooks = hooks(url())) {
            hooks.onEvent(event(0));
            hooks.onEvent(event(1));
            Received first = next();
            assertEquals("stream-published", first.event);
            assertEquals("stream-published", first.json().getString("event"));
            assertEquals("demo", first.json().getString("room"));
            assertEquals(NOW.toString(), first.json().getString("time"));
            assertEquals("cam0", first.json().getJsonObject("data").getString("stream"));
            assertEquals(Signature.of("whsec", NOW.getEpochSecond(), first.body), first.signature);
            assertEquals(first.delivery, first.json().getString("id"));
            assertEquals(first.delivery, next().delivery, "the same again");
            assertEquals(first.delivery, next().delivery);
            assertEquals("cam1", next().json().getJsonObject("data").getString("stream"), "and only then the next");
            hooks.drain();
        }
        assertTrue(lines.isEmpty(), lines.toString());
        assertTrue(received.isEmpty());
    }

    @Test
    void whatWillNeverBeTakenIsNotSentAgain() throws InterruptedException {
        refusal = 410;
        refusals.set(1);
        try (Hooks hooks = hooks(url())) {
            hooks.onEvent(event(0));
            next();
            String said = line();
            assertTrue(said.contains("1 of its events not delivered: 410"), said);
            assertTrue(!said.contains("secret"), said);
            hooks.onEvent(event(1));
            assertEquals("cam1", next().json().getJsonObject("data").getString("stream"));
        }
    }

    @Test
    void aReceiverThatHangsSlowsNobody() throws InterruptedException {
        blocking = true;
        var client = HttpClient.newHttpClient();
        try (var webhook = new Webhook(url(), null, 10, client, () -> NOW, lines::add);
                Hooks other = hooks(url())) {
            for (int i = 0; i < Webhook.MAX_QUEUED + 500; i++) {
                webhook.send(new Webhook.Delivery("id" + i, "e", new byte[] {'{', '}'}));
            }
            assertTrue(webhook.failed() >= 498 && webhook.failed() <= 500, webhook.failed() + " left out");
            assertEquals(1, lines.size(), "one line a second");
            other.onEvent(event(0));
            while (!"stream-published".equals(next().event)) {
                // the other one's
            }
        }
    }

    @Test
    void nobodyThereIsToldAndDoesNotHoldUpTheEnd() throws InterruptedException {
        int port = server.getAddress().getPort();
        server.stop(0);
        try (Hooks hooks = hooks(URI.create("http://127.0.0.1:" + port + "/"))) {
            hooks.onEvent(event(0));
            hooks.onEvent(event(1));
            hooks.drain();
        }
        String said = line();
        assertTrue(said.startsWith("warning webhook http://127.0.0.1:" + port + "/"), said);
    }

    private RecordCommand command(Duration deadline, String... words) {
        return new RecordCommand(List.of(words), deadline, lines::add, line -> lines.add("warning " + line));
    }

    @Test
    void aCommandGetsTheFileAndTheFacts() throws Exception {
        Path file = directory.resolve("a b; touch evil.mp4");
        Path out = directory.resolve("out");
        try (var command = command(
                Duration.ofSeconds(20),
                "/bin/sh",
                "-c",
                "printf '%s|%s' \"$1\" \"$MEDIATOOL_ROOM\" > '" + out + "'; exit ${CODE:-0}",
                "sh")) {
            command.run(file, Map.of("MEDIATOOL_ROOM", "demo $(id)"));
            assertEquals("on-record-complete " + file + ": exit status 0", line());
            assertEquals(file + "|demo $(id)", Files.readString(out));
            command.run(file, Map.of("MEDIATOOL_ROOM", "demo", "CODE", "3"));
            assertEquals("warning on-record-complete " + file + ": exit status 3", line());
            command.drain(Duration.ofSeconds(5));
        }
        assertEquals(1, Files.list(directory).count(), "nothing ran that was only a name");
    }

    @Test
    void aCommandThatIsNotThereOrDoesNotEnd() throws InterruptedException {
        Path file = directory.resolve("talk.mp4");
        try (var missing = command(
                Duration.ofSeconds(20), directory.resolve("no-such-command").toString())) {
            missing.run(file, Map.of());
            assertTrue(line().contains("no-such-command"));
        }
        try (var endless = command(Duration.ofMillis(300), "/bin/sh", "-c", "while :; do :; done")) {
            endless.run(file, Map.of());
            assertTrue(line().contains("killed after"));
            endless.drain(Duration.ofSeconds(1));
        }
    }
}
