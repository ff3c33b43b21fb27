package io.mediatool.cli.hook;

import io.mediatool.cli.config.HookPlan;
import io.mediatool.cli.rooms.Work;
import io.mediatool.cli.rooms.WorkEvent;
import io.mediatool.cli.rooms.sidecar.Sidecar;
import io.mediatool.cli.terminal.Json;
import io.mediatool.core.signalling.session.SessionEvent;
import io.mediatool.recorder.file.RecordedFile;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Everything that is told to others of what happens in the rooms. Events come on any thread. */
public final class Hooks implements SessionEvent.Listener, WorkEvent.Listener, AutoCloseable {
    private static final Duration CONNECT = Duration.ofSeconds(5);
    private static final Duration COMMAND_DEADLINE = Duration.ofMinutes(10);
    private static final Duration DRAIN = Duration.ofSeconds(5);

    private final List<Webhook> webhooks = new ArrayList<>();
    private final @Nullable RecordCommand command;
    private final InstantSource clock;
    private final RandomGenerator random;

    /**
     * @param firstWaitMs before an event is posted a second time
     * @param line gets what is worth a line
     * @param warning gets troubles, at most one a second for each URL
     */
    public Hooks(
            HookPlan plan,
            long firstWaitMs,
            InstantSource clock,
            RandomGenerator random,
            Consumer<String> line,
            Consumer<String> warning) {
        this.clock = clock;
        this.random = random;
        if (!plan.urls().isEmpty()) {
            HttpClient client = HttpClient.newBuilder()
                    .connectTimeout(CONNECT)
                    .version(HttpClient.Version.HTTP_1_1)
                    .build();
            for (URI url : plan.urls()) {
                webhooks.add(new Webhook(url, plan.secret(), firstWaitMs, client, clock, warning));
            }
        }
        command = plan.command().isEmpty() ? null : new RecordCommand(plan.command(), COMMAND_DEADLINE, line, warning);
    }

    @Override
    public void onEvent(SessionEvent event) {
        var data = new LinkedHashMap<String, Object>();
        put(data, "stream", event.stream());
        put(data, "session", event.sessionId());
        put(data, "detail", event.detail());
        post(event.word(), event.room(), data);
    }

    @Override
    public void onEvent(WorkEvent event) {
        var data = new LinkedHashMap<String, Object>();
        put(data, event.kind().word(), event.id());
        put(data, "stream", event.stream());
        put(data, "detail", event.detail());
        RecordedFile file = event.file();
        if (file != null) {
            data.put("file", event.detail());
            data.put("path", file.path().toString());
            data.put("durationSeconds", file.durationNs() / 1e9);
            data.put("bytes", file.bytes());
            Instant startedAt = file.startedAt();
            put(data, "startedAt", startedAt == null ? "" : startedAt.toString());
        }
        post(event.word(), event.room(), data);
        if (file != null && event.kind() == Work.Kind.RECORDING && command != null) {
            command.run(file.path(), facts(event, file));
        }
    }

    private static void put(Map<String, Object> data, String name, String text) {
        if (!text.isEmpty()) {
            data.put(name, text);
        }
    }

    private void post(String event, String room, Map<String, Object> data) {
        if (webhooks.isEmpty()) {
            return;
        }
        byte[] number = new byte[12];
        random.nextBytes(number);
        String id = HexFormat.of().formatHex(number);
        var json = new LinkedHashMap<String, Object>();
        json.put("id", id);
        json.put("event", event);
        json.put("time", clock.instant().toString());
        json.put("room", room);
        json.put("data", data);
        var delivery = new Webhook.Delivery(id, event, Json.line(json).getBytes(StandardCharsets.UTF_8));
        webhooks.forEach(each -> each.send(delivery));
    }

    private static Map<String, String> facts(WorkEvent event, RecordedFile file) {
        var facts = new LinkedHashMap<String, String>();
        Path path = file.path();
        Instant startedAt = file.startedAt();
        facts.put("MEDIATOOL_FILE", path.toString());
        facts.put("MEDIATOOL_SIDECAR", Sidecar.of(path).toString());
        facts.put("MEDIATOOL_ROOM", event.room());
        facts.put("MEDIATOOL_STREAM", event.stream());
        facts.put("MEDIATOOL_RECORDING", event.id());
        facts.put("MEDIATOOL_DURATION_SECONDS", String.format(Locale.ROOT, "%.3f", file.durationNs() / 1e9));
        facts.put("MEDIATOOL_BYTES", Long.toString(file.bytes()));
        facts.put("MEDIATOOL_STARTED_AT", startedAt == null ? "" : startedAt.toString());
        return facts;
    }

    /** What waits is still sent and run, within some seconds. */
    public void drain() {
        try {
            long endMs = clock.millis() + DRAIN.toMillis();
            RecordCommand last = command;
            if (last != null) {
                last.drain(DRAIN);
            }
            for (Webhook webhook : webhooks) {
                webhook.drain(Duration.ofMillis(Math.max(100, endMs - clock.millis())));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        webhooks.forEach(Webhook::close);
        RecordCommand last = command;
        if (last != null) {
            last.close();
        }
    }
}
