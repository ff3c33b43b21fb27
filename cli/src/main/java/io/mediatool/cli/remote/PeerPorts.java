package io.mediatool.cli.remote;

import io.mediatool.cli.option.ServerOptions;
import io.mediatool.cli.terminal.Console;
import io.mediatool.core.dtls.DtlsCertificate;
import io.mediatool.core.ice.IceCandidate;
import io.mediatool.core.loop.EventLoop;
import io.mediatool.core.server.MediaServer;
import io.mediatool.core.server.peer.Endpoint;
import io.mediatool.core.server.peer.EndpointOptions;
import io.mediatool.core.signalling.client.ClientSession;
import io.mediatool.core.signalling.client.JdkHttp;
import io.mediatool.core.signalling.client.LastingSession;
import io.mediatool.core.signalling.client.ServerAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/** UDP ports for sessions with a server, one for each, and ways to reach a session from other threads than the loop's. */
final class PeerPorts implements LastingSession.Ports {
    private static final long GOODBYE_S = 3;

    private final EventLoop loop;
    private final Console console;
    private final SecureRandom random = new SecureRandom();
    private final DtlsCertificate certificate =
            DtlsCertificate.selfSigned(random, InstantSource.system().instant());

    PeerPorts(EventLoop loop, Console console) {
        this.loop = loop;
        this.console = console;
    }

    /** To the server at that address, with these ports. */
    LastingSession.Way to(ServerAddress address, ServerOptions options) {
        var target = new ClientSession.Target(address, options.token(), new JdkHttp());
        return new LastingSession.Way(target, this, options.reconnectNs());
    }

    @Override
    public CompletionStage<Endpoint> open() {
        return CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return bind();
                    } catch (IOException e) {
                        throw new CompletionException(new IOException("UDP: " + e.getMessage(), e));
                    }
                },
                task -> new Thread(task, "port").start());
    }

    @Override
    public CompletionStage<List<IceCandidate>> candidates(Endpoint port) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return port.candidatesNow();
            } catch (IOException e) {
                throw new CompletionException(e);
            }
        });
    }

    private Endpoint bind() throws IOException {
        var server = new MediaServer(loop, random, InstantSource.system());
        Endpoint endpoint;
        try {
            endpoint = Endpoint.open(server, options("::"), certificate, random);
        } catch (IOException e) {
            // A machine without IPv6.
            endpoint = Endpoint.open(server, options("0.0.0.0"), certificate, random);
        }
        endpoint.onBugs(bug -> console.error("internal error: " + bug));
        return endpoint;
    }

    private static EndpointOptions options(String address) throws IOException {
        return EndpointOptions.of(new InetSocketAddress(InetAddress.getByName(address), 0))
                .withTcp(false);
    }

    /** What {@code question} answers on the loop. */
    <T> T ask(Supplier<T> question) {
        return loop.inLoop()
                ? question.get()
                : CompletableFuture.supplyAsync(question, loop).join();
    }

    /** Ends the session. Blocks until the server has heard of it, or for three seconds. */
    void close(LastingSession session) {
        try {
            session.end().toCompletableFuture().get(GOODBYE_S, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            // The server will notice by itself.
        }
    }
}
