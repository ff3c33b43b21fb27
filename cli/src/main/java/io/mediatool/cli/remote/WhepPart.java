package io.mediatool.cli.remote;

import io.mediatool.cli.option.ServerOptions;
import io.mediatool.cli.part.Source;
import io.mediatool.cli.terminal.Console;
import io.mediatool.core.loop.EventLoop;
import io.mediatool.core.server.Room;
import io.mediatool.core.signalling.client.LastingSession;
import io.mediatool.core.signalling.client.ServerAddress;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a WHEP server sends, as a stream of a run's room. */
public final class WhepPart implements Source, LastingSession.Listener {
    private final Console console;
    private final ServerAddress address;
    private final PeerPorts ports;
    private final LastingSession session;
    private volatile @Nullable String failure;
    private volatile boolean ended;
    private volatile boolean closed;
    private String lastSeen = "";
    private Map<String, Double> lastCounters = Map.of();

    /**
     * Begins to ask.
     *
     * @param stream its name in the room
     */
    public WhepPart(
            EventLoop loop, Room room, String stream, ServerAddress address, ServerOptions options, Console console) {
        this.console = console;
        this.address = address;
        this.ports = new PeerPorts(loop, console);
        this.session = LastingSession.watch(ports.to(address, options), room, stream, this);
        session.start();
    }

    @Override
    public String seen() {
        return closed ? lastSeen : ports.ask(session::seen);
    }

    @Override
    public boolean hasEnded() {
        return ended;
    }

    @Override
    public @Nullable String failure() {
        return failure;
    }

    @Override
    public void close() {
        if (!closed) {
            lastSeen = seen();
            lastCounters = ports.ask(session::counters);
            closed = true;
            ports.close(session);
        }
    }

    @Override
    public Object summary() {
        var json = new LinkedHashMap<String, Object>();
        json.put("server", address.shown());
        json.put("seen", lastSeen);
        json.put("sessions", ports.ask(session::sessions));
        json.put("counters", lastCounters);
        return json;
    }

    @Override
    public void onConnected(boolean again, long nowNs) {
        console.line("watching " + address.shown() + (again ? " again" : ""));
    }

    @Override
    public void onLine(String line) {
        console.line(line);
    }

    @Override
    public void onOver(String reason, boolean answered, long nowNs) {
        if (!answered) {
            failure = reason;
        } else {
            console.line(address.shown() + ": " + reason);
            ended = true;
        }
    }
}
