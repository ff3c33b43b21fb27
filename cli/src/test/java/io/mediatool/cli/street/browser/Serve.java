package io.mediatool.cli.street.browser;

import io.mediatool.cli.street.Street;
import io.mediatool.cli.street.Visitor;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/** A {@code mediatool serve} of one test, on free ports. */
final class Serve implements AutoCloseable {
    /** A test card that costs little. */
    static final String SMALL_CARD = "&source=test&size=320x180&fps=15";

    /** Media on all addresses of this machine, for those that leave out the loopback interface: Firefox, libnice, aiortc. */
    static final List<String> EVERY_INTERFACE = List.of();

    final int http;
    final int udp;
    private final Path directory;
    private final List<String> more;
    private final Visitor process;
    private final HttpClient client = HttpClient.newHttpClient();

    /** On the loopback interface: Firefox sends nothing there. */
    Serve(Path directory) {
        this(directory, List.of("--bind", "127.0.0.1"));
    }

    Serve(Path directory, List<String> more) {
        this(directory, more, Street.freePorts(1), Street.freePorts(1));
    }

    private Serve(Path directory, List<String> more, int http, int udp) {
        this.directory = directory;
        this.more = more;
        this.http = http;
        this.udp = udp;
        var arguments =
                new ArrayList<String>(List.of("serve", "--http", String.valueOf(http), "--udp", String.valueOf(udp)));
        arguments.addAll(more);
        process = Street.mediatool(directory, arguments.toArray(String[]::new));
        process.awaitLine("http://.*:" + http);
    }

    /** Where this machine is found on its network. */
    static InetAddress address() {
        return addresses()
                .filter(Inet4Address.class::isInstance)
                .findFirst()
                .orElseThrow(() -> new AssertionError("no network beside the loopback interface"));
    }

    /** Those of this machine that others of its network know, link-local ones left out. */
    static Stream<InetAddress> addresses() {
        try {
            return NetworkInterface.networkInterfaces()
                    .flatMap(NetworkInterface::inetAddresses)
                    .filter(address -> !address.isLoopbackAddress() && !address.isLinkLocalAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The page; {@code query} begins with {@code ?} or is empty. */
    String page(String query) {
        return "http://localhost:" + http + "/" + query;
    }

    /** A card published in a room under a name. */
    String card(String room, String name, String more) {
        return page("?room=" + room + "&name=" + name + SMALL_CARD + more);
    }

    String room(String room) {
        return page("?room=" + room);
    }

    /** What a REST route under {@code /api/v1/} answers. */
    String get(String route) {
        return send("GET", route, "");
    }

    String send(String method, String route, String json) {
        try {
            HttpRequest request = HttpRequest.newBuilder(URI.create(page("api/v1/" + route)))
                    .header("Content-Type", "application/json")
                    .method(method, HttpRequest.BodyPublishers.ofString(json))
                    .build();
            return client.send(request, HttpResponse.BodyHandlers.ofString()).body();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new AssertionError("interrupted", e);
        }
    }

    /** Waits until what the route answers has {@code text} in it. */
    void await(String route, String text) {
        long endNs = System.nanoTime() + Street.SOON.toNanos();
        for (String answer = get(route); !answer.contains(text); answer = get(route)) {
            if (System.nanoTime() > endNs) {
                throw new AssertionError("no " + text + " in " + answer);
            }
            LockSupport.parkNanos(50_000_000);
        }
    }

    void awaitLine(String regex) {
        process.awaitLine(regex);
    }

    String story() {
        return process.story();
    }

    /** Ends it by SIGTERM and starts it anew on the same ports. */
    Serve restart() {
        process.signal("TERM");
        process.assertExit(0);
        return new Serve(directory, more, http, udp);
    }

    /** Ends it by SIGKILL and starts it anew on the same ports. */
    Serve killAndStart() {
        process.kill();
        process.awaitExit(Street.SOON);
        return new Serve(directory, more, http, udp);
    }

    @Override
    public void close() {
        process.close();
    }

    /** What runs in a page before its own scripts: reads test cards. */
    static String reader() {
        return resource("reader.js");
    }

    static String resource(String name) {
        try (InputStream in = Serve.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new AssertionError("no " + name);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
