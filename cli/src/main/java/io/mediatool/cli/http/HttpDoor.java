package io.mediatool.cli.http;

import io.mediatool.cli.http.exchange.Connections;
import io.mediatool.cli.http.exchange.EventStreams;
import io.mediatool.cli.http.exchange.Problem;
import io.mediatool.cli.http.exchange.Refusal;
import io.mediatool.cli.http.metrics.Traffic;
import io.mediatool.cli.rooms.Works;
import io.mediatool.core.loop.address.AddressText;
import io.mediatool.core.server.peer.Endpoint;
import io.mediatool.core.signalling.session.SessionDoor;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The HTTP server of one process. Made early, for it takes its time; listens when it is told what for. Any thread. */
public final class HttpDoor implements AutoCloseable {
    private static final int MAX_LISTENERS = 256;
    /** An office behind one address has its share, and leaves three of that to others. */
    private static final int MAX_LISTENERS_OF_ADDRESS = 64;

    private static final long CLOSE_S = 5;

    private final Vertx vertx;
    private final Consumer<Throwable> onBug;
    private final EventStreams streams = new EventStreams(MAX_LISTENERS, MAX_LISTENERS_OF_ADDRESS);
    private final List<HttpServer> servers = new ArrayList<>();
    private List<Route> routes = List.of();
    private int port;

    /** @param onBug gets what should not have happened; any thread */
    public HttpDoor(Consumer<Throwable> onBug) {
        // Names are resolved by the JDK, where they are at all.
        System.setProperty("vertx.disableDnsResolver", "true");
        this.onBug = onBug;
        this.vertx = Vertx.vertx(new VertxOptions()
                .setEventLoopPoolSize(1)
                .setWorkerPoolSize(1)
                .setInternalBlockingPoolSize(1)
                .setFileSystemOptions(new FileSystemOptions()
                        .setClassPathResolvingEnabled(false)
                        .setFileCachingEnabled(false)));
        vertx.exceptionHandler(onBug::accept);
    }

    /**
     * Opens the port.
     *
     * @throws IOException when that is impossible; one line
     */
    public void listen(HttpSettings settings, SessionDoor door, Works works, Endpoint endpoint) throws IOException {
        var connections = new Connections(vertx, settings.proxies(), System::nanoTime);
        var traffic = new Traffic();
        Router router =
                Routes.of(vertx, settings, new Routes.Targets(door, works, endpoint, streams, connections, traffic));
        router.errorHandler(404, context -> Problem.answer(context, new Refusal(404, "there is nothing here")));
        router.errorHandler(405, context -> Problem.answer(context, new Refusal(405, "not with this method")));
        router.errorHandler(400, context -> Problem.answer(context, new Refusal(400, "the request is malformed")));
        router.route()
                .failureHandler(
                        context -> Problem.answer(context, failure(context.failure(), context.statusCode()), onBug));
        routes = router.getRoutes();
        for (InetAddress address : settings.bind()) {
            HttpServer server = vertx.createHttpServer(options(settings, address))
                    .connectionHandler(connections::onConnection)
                    .exceptionHandler(broken -> {})
                    .requestHandler(request -> {
                        if (!isReadable(request)) {
                            request.response().setStatusCode(400).end();
                            return;
                        }
                        settings.proxies().clean(request);
                        connections.onRequest(request);
                        traffic.onRequest(request);
                        router.handle(request);
                    });
            try {
                await(server.listen());
                servers.add(server);
                port = server.actualPort();
            } catch (IOException e) {
                // A machine without IPv6 still has a localhost; an address that was asked for must be there.
                if (servers.isEmpty() || !address.isLoopbackAddress()) {
                    throw new IOException(
                            "cannot listen on " + AddressText.of(address) + ", port " + settings.port() + ": "
                                    + e.getMessage(),
                            e);
                }
            }
        }
    }

    /** RFC 9112 §3.2: a host, a path, and a query whose escapes are some. The router would not take it or throw. */
    private static boolean isReadable(HttpServerRequest request) {
        String path = request.path();
        if (request.authority() == null || path == null || !path.startsWith("/")) {
            return false;
        }
        try {
            return request.query() == null || request.params() != null;
        } catch (IllegalArgumentException malformed) {
            return false;
        }
    }

    private static Throwable failure(@Nullable Throwable failure, int status) {
        return failure != null ? failure : new Refusal(status < 400 ? 500 : status, "the request cannot be served");
    }

    private HttpServerOptions options(HttpSettings settings, InetAddress address) {
        HttpServerOptions options = new HttpServerOptions()
                .setHost(address.getHostAddress())
                .setPort(servers.isEmpty() ? settings.port() : port)
                .setReuseAddress(true)
                .setTcpNoDelay(true)
                .setHttp2ClearTextEnabled(false)
                .setCompressionSupported(false)
                .setMaxHeaderSize(16 * 1024)
                .setMaxInitialLineLength(8 * 1024);
        TlsPair tls = settings.tls();
        if (tls != null) {
            options.setSsl(true)
                    .setUseAlpn(true)
                    .setSslHandshakeTimeout(10)
                    .setSslHandshakeTimeoutUnit(TimeUnit.SECONDS)
                    .setKeyCertOptions(new PemKeyCertOptions()
                            .setCertValue(Buffer.buffer(tls.certificatePem()))
                            .setKeyValue(Buffer.buffer(tls.keyPem())));
        }
        return options;
    }

    /** Everything that can be asked for. */
    List<Route> routes() {
        return routes;
    }

    /** The port that was bound, the same on every address. */
    public int port() {
        return port;
    }

    private static void await(Future<?> future) throws IOException {
        try {
            future.toCompletionStage().toCompletableFuture().join();
        } catch (CompletionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new IOException(String.valueOf(cause.getMessage()), cause);
        }
    }

    /** Ends all connections and gives back the port. */
    @Override
    public void close() {
        try {
            vertx.getOrCreateContext().runOnContext(now -> streams.close());
            vertx.close().toCompletionStage().toCompletableFuture().get(CLOSE_S, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            onBug.accept(e);
        }
    }
}
