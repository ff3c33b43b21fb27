package io.mediatool.cli.serve;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.mediatool.cli.rooms.WorkEvent;
import io.mediatool.cli.terminal.Console;
import io.mediatool.core.signalling.session.SessionEvent;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** What a server says while it runs: a line each, as text or as JSON. Any thread. */
public final class ServeLog implements SessionEvent.Listener {
    private final Console console;
    private final boolean json;
    private final InstantSource clock;
    private final JsonFactory factory = new JsonFactory();

    public ServeLog(Console console, boolean json, InstantSource clock) {
        this.console = console;
        this.json = json;
        this.clock = clock;
    }

    /** Has libraries that log by {@code java.util.logging} speak through us: warnings, a line each. */
    public void takeOver() {
        Logger root = LogManager.getLogManager().getLogger("");
        for (Handler handler : root.getHandlers()) {
            root.removeHandler(handler);
        }
        root.setLevel(Level.WARNING);
        root.addHandler(new Handler() {
            @Override
            public void publish(LogRecord record) {
                Throwable thrown = record.getThrown();
                warning(record.getMessage() + (thrown == null ? "" : ": " + thrown));
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        });
    }

    /** Something worth knowing. */
    public void line(String text) {
        print("info", text, Map.of());
    }

    /** Something to think about. */
    public void warning(String text) {
        print("warning", json ? text : "warning: " + text, Map.of());
    }

    /** A bug. */
    public void bug(Throwable bug) {
        String text = "internal error: " + bug + " (please report it; MEDIATOOL_DEBUG=1 shows where)";
        if (json) {
            print("error", text, Map.of());
        } else {
            console.error(text);
        }
        if (System.getenv("MEDIATOOL_DEBUG") != null) {
            bug.printStackTrace();
        }
    }

    @Override
    public void onEvent(SessionEvent event) {
        var fields = fields(event.word(), event.room(), event.stream());
        fields.put("session", shortened(event.sessionId()));
        tell("info", fields, event.detail());
    }

    /** What goes on in rooms beside sessions. */
    void onWork(WorkEvent event) {
        boolean bad = event.type() == WorkEvent.Type.FAILED || event.type() == WorkEvent.Type.WARNING;
        var fields = fields(event.word(), event.room(), event.stream());
        fields.put(event.kind().word(), event.id());
        tell(bad ? "warning" : "info", fields, event.detail());
    }

    private static Map<String, String> fields(String event, String room, String stream) {
        var fields = new LinkedHashMap<String, String>();
        fields.put("event", event);
        fields.put("room", room);
        fields.put("stream", stream);
        return fields;
    }

    private void tell(String level, Map<String, String> fields, String detail) {
        fields.put("detail", detail);
        String where = (fields.get("room") + "/" + fields.get("stream")).replaceFirst("/$", "");
        String what = String.valueOf(fields.get("event")).replace('-', ' ') + (detail.isEmpty() ? "" : ": " + detail);
        print(level, clock.instant().truncatedTo(ChronoUnit.SECONDS) + " " + where + " " + what, fields);
    }

    /** Whoever has a session's whole id can end it: logs have the beginning. */
    private static String shortened(String id) {
        return id.length() <= 8 ? id : id.substring(0, 8);
    }

    private void print(String level, String text, Map<String, String> fields) {
        if (!json) {
            console.line(text);
            return;
        }
        var line = new StringWriter();
        try (JsonGenerator out = factory.createGenerator(line)) {
            out.writeStartObject();
            out.writeStringField("time", clock.instant().toString());
            out.writeStringField("level", level);
            if (fields.isEmpty()) {
                out.writeStringField("message", text);
            }
            for (var field : fields.entrySet()) {
                if (!field.getValue().isEmpty()) {
                    out.writeStringField(field.getKey(), field.getValue());
                }
            }
            out.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        console.line(line.toString());
    }
}
