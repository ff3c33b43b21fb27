package io.mediatool.cli.street.servers;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.mediatool.cli.street.browser.Relay;
import io.mediatool.cli.street.browser.Relay.Weather;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A door to a server's HTTP behind which media go through relays: who comes in here is told of a relay in place of the server's candidates,
 * and the server of one in place of the client's at which nobody is (Janus does not begin without any).
 */
final class RelayedDoor implements AutoCloseable {
    private static final Pattern CANDIDATE = Pattern.compile("(?mi)^a=candidate:.*\r?\n");
    private static final Pattern UDP =
            Pattern.compile("(?mi)^(a=candidate:\\S+ 1 udp \\d+ )((?:\\d+\\.){3}\\d+) (\\d+) .*$");
    private static final String NOBODY = "a=candidate:1 1 udp 1 127.0.0.1 9 typ host\r\n";
    private static final String SDP = "application/sdp";

    private final int server;
    private final long seed;
    private final HttpServer door;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final HttpClient client = HttpClient.newHttpClient();
    private final Map<InetSocketAddress, Relay> relays = new LinkedHashMap<>();
    private final List<Relay> gone = new ArrayList<>();
    private Weather weather = Weather.FINE;
    private volatile boolean moved;

    RelayedDoor(int serverPort, long seed) throws IOException {
        this.server = serverPort;
        this.seed = seed;
        this.door = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        door.setExecutor(threads);
        door.createContext("/", this::pass);
        door.start();
    }

    int port() {
        return door.getAddress().getPort();
    }

    /** From now on, each way, for everybody. */
    synchronized void weather(Weather next) {
        weather = next;
        relays.values().forEach(each -> each.weather(next));
    }

    /** The way that media go is no more, as when a NAT was started anew; who asks from now on is told of another one, and only of that. */
    synchronized void move() {
        moved = true;
        relays.values().forEach(Relay::close);
        gone.addAll(relays.values());
        relays.clear();
    }

    synchronized long lost() {
        return relays.values().stream().mapToLong(Relay::lost).sum();
    }

    synchronized long passed() {
        return relays.values().stream().mapToLong(Relay::passed).sum();
    }

    private void pass(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        boolean describes = moved || SDP.equals(exchange.getRequestHeaders().getFirst("Content-Type"));
        String asked = describes ? CANDIDATE.matcher(body).replaceAll(NOBODY) : body;
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + server + exchange.getRequestURI()))
                .method(exchange.getRequestMethod(), HttpRequest.BodyPublishers.ofString(asked));
        for (String name : List.of("Content-Type", "Accept", "If-Match", "Authorization")) {
            String value = exchange.getRequestHeaders().getFirst(name);
            if (value != null) {
                request.header(name, value);
            }
        }
        try (exchange) {
            HttpResponse<String> reply = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
            Headers headers = exchange.getResponseHeaders();
            for (String name : List.of("Content-Type", "Location", "ETag", "Link", "Retry-After")) {
                reply.headers().allValues(name).forEach(value -> headers.add(name, value));
            }
            byte[] told = relayed(reply.body()).getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(reply.statusCode(), told.length == 0 ? -1 : told.length);
            if (told.length > 0) {
                exchange.getResponseBody().write(told);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** With a relay to the first address of the server's as its only candidate. */
    private String relayed(String description) throws IOException {
        Matcher first = UDP.matcher(description);
        if (!first.find()) {
            return description;
        }
        var address = new InetSocketAddress(first.group(2), Integer.parseInt(first.group(3)));
        String only = first.group(1) + "127.0.0.1 " + relay(address).port() + " typ host\r\n";
        Matcher each = CANDIDATE.matcher(description);
        var text = new StringBuilder();
        boolean told = false;
        while (each.find()) {
            each.appendReplacement(text, told ? "" : Matcher.quoteReplacement(only));
            told = true;
        }
        return each.appendTail(text).toString();
    }

    private synchronized Relay relay(InetSocketAddress address) throws IOException {
        @Nullable Relay known = relays.get(address);
        if (known == null) {
            known = new Relay(address, seed + relays.size() + gone.size());
            known.weather(weather);
            relays.put(address, known);
        }
        return known;
    }

    @Override
    public synchronized String toString() {
        return relays.values().stream()
                .map(each -> each.lost() + " of " + (each.lost() + each.passed()))
                .collect(Collectors.joining(", ", "lost ", " datagrams"));
    }

    @Override
    public synchronized void close() {
        door.stop(0);
        threads.shutdownNow();
        relays.values().forEach(Relay::close);
    }
}
