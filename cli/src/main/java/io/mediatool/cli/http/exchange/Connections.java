package io.mediatool.cli.http.exchange;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * The connections that are open: so many, so many of one address or IPv6 network, and none for long that asks for nothing. A client that sends a
 * header a byte a second is as idle as one that sends none.
 */
public final class Connections {
    private static final int MAX = 8_192;
    private static final int MAX_OF_ADDRESS = 1_024;
    /** To the first request; later ones have longer, for browsers keep connections warm. */
    private static final long FIRST_NS = 15_000_000_000L;

    private static final long IDLE_NS = 75_000_000_000L;
    private static final long SWEEP_MS = 5_000;

    private final LongSupplier clock;
    private final Proxies proxies;
    private final Map<HttpConnection, State> open = new HashMap<>();
    private final Map<String, Integer> byAddress = new HashMap<>();
    private long refused;

    private static final class State {
        private final String address;
        private long waitingUntilNs;
        private int answering;

        State(String address, long waitingUntilNs) {
            this.address = address;
            this.waitingUntilNs = waitingUntilNs;
        }
    }

    /**
     * @param proxies may have as many connections as there are
     * @param clock monotonic, ns
     */
    public Connections(Vertx vertx, Proxies proxies, LongSupplier clock) {
        this.clock = clock;
        this.proxies = proxies;
        vertx.setPeriodic(SWEEP_MS, id -> sweep());
    }

    /** A client has connected. */
    public void onConnection(HttpConnection connection) {
        String address = Rates.network(Clients.address(connection.remoteAddress()));
        int ofAddress = byAddress.merge(address, 1, Integer::sum);
        open.put(connection, new State(address, clock.getAsLong() + FIRST_NS));
        connection.closeHandler(closed -> onClosed(connection));
        boolean tooMany = ofAddress > MAX_OF_ADDRESS && !proxies.trusts(connection.remoteAddress());
        if (open.size() > MAX || tooMany) {
            refused++;
            connection.close();
        }
    }

    private void onClosed(HttpConnection connection) {
        State state = open.remove(connection);
        if (state != null) {
            byAddress.computeIfPresent(state.address, (address, count) -> count > 1 ? count - 1 : null);
        }
    }

    /** A request has arrived: its connection is busy until the answer is out. */
    public void onRequest(HttpServerRequest request) {
        State state = open.get(request.connection());
        if (state == null) {
            return;
        }
        state.answering++;
        HttpServerResponse response = request.response();
        response.endHandler(done -> {
            state.answering--;
            state.waitingUntilNs = clock.getAsLong() + IDLE_NS;
        });
    }

    private void sweep() {
        long nowNs = clock.getAsLong();
        List<HttpConnection> idle = open.entrySet().stream()
                .filter(entry -> entry.getValue().answering == 0 && entry.getValue().waitingUntilNs < nowNs)
                .map(Map.Entry::getKey)
                .toList();
        idle.forEach(HttpConnection::close);
    }

    public int size() {
        return open.size();
    }

    /** How many were turned away at the door. */
    public long refused() {
        return refused;
    }
}
