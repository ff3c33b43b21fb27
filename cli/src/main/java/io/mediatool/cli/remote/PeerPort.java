package io.mediatool.cli.remote;

import io.mediatool.cli.terminal.CommandException;
import io.mediatool.cli.terminal.Console;
import io.mediatool.cli.terminal.ExitCode;
import io.mediatool.core.dtls.DtlsCertificate;
import io.mediatool.core.loop.EventLoop;
import io.mediatool.core.server.MediaServer;
import io.mediatool.core.server.peer.Endpoint;
import io.mediatool.core.server.peer.EndpointOptions;
import io.mediatool.core.signalling.client.ClientSession;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/** The UDP port of one session with a server, and ways to reach the session from other threads than the loop's. */
final class PeerPort {
    private static final long GOODBYE_S = 3;

    private final EventLoop loop;
    private final Endpoint endpoint;

    PeerPort(EventLoop loop, Console console) throws CommandException {
        this.loop = loop;
        this.endpoint = open(loop);
        endpoint.onBugs(bug -> console.error("internal error: " + bug));
    }

    private static Endpoint open(EventLoop loop) throws CommandException {
        var random = new SecureRandom();
        var wallClock = InstantSource.system();
        var server = new MediaServer(loop, random, wallClock);
        DtlsCertificate certificate = DtlsCertificate.selfSigned(random, wallClock.instant());
        try {
            try {
                return Endpoint.open(server, options("::"), certificate, random);
            } catch (IOException e) {
                // A machine without IPv6.
                return Endpoint.open(server, options("0.0.0.0"), certificate, random);
            }
        } catch (IOException e) {
            throw new CommandException(ExitCode.NETWORK, "UDP: " + e.getMessage());
        }
    }

    private static EndpointOptions options(String address) throws IOException {
        return EndpointOptions.of(new InetSocketAddress(InetAddress.getByName(address), 0))
                .withTcp(false);
    }

    Endpoint endpoint() {
        return endpoint;
    }

    /** What {@code question} answers on the loop. */
    <T> T ask(Supplier<T> question) {
        return loop.inLoop()
                ? question.get()
                : CompletableFuture.supplyAsync(question, loop).join();
    }

    /** Ends the session and gives the port back. Blocks until the server has heard of it, or for three seconds. */
    void close(ClientSession session) {
        try {
            session.end().toCompletableFuture().get(GOODBYE_S, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            // The server will notice by itself.
        }
        close();
    }

    /** Gives the port back. */
    void close() {
        try {
            endpoint.close();
        } catch (RejectedExecutionException e) {
            return; // the loop is closed, and with it the port
        }
    }
}
