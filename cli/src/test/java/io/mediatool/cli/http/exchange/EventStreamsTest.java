package io.mediatool.cli.http.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The places of those that listen are free again when they have gone. */
final class EventStreamsTest {
    @Test
    void anAddressHasItsShareAndOthersTheirs() throws Exception {
        Vertx vertx = Vertx.vertx();
        List<Socket> sockets = new ArrayList<>();
        try {
            var streams = new EventStreams(4, 2);
            Router router = Router.router(vertx);
            router.get("/").handler(context -> {
                try {
                    streams.open(context);
                } catch (Refusal refused) {
                    context.response().setStatusCode(refused.status()).end();
                }
            });
            int port = listen(vertx, router);
            assertEquals(
                    "200 200 429",
                    ask(sockets, 1, port)
                            + ask(sockets, 1, port)
                            + ask(sockets, 1, port).strip());
            assertEquals("200 200 ", ask(sockets, 2, port) + ask(sockets, 2, port), "another's share is untouched");
            assertEquals("503 ", ask(sockets, 3, port), "but all are so many");
            sockets.get(0).close();
            String again = ask(sockets, 1, port);
            for (int i = 0; i < 1_000 && !again.equals("200 "); i++) {
                again = ask(sockets, 1, port);
            }
            assertEquals("200 ", again, "the place is free again");
        } finally {
            for (Socket socket : sockets) {
                socket.close();
            }
            vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
        }
    }

    private static int listen(Vertx vertx, Router router) throws Exception {
        return vertx.createHttpServer()
                .requestHandler(router)
                .listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .get(10, TimeUnit.SECONDS)
                .actualPort();
    }

    /** The status that somebody at 127.0.0.{@code host} is answered with, and a space. */
    private static String ask(List<Socket> sockets, int host, int port) throws IOException {
        var from = InetAddress.getByAddress(new byte[] {127, 0, 0, (byte) host});
        var socket = new Socket(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port, from, 0);
        sockets.add(socket);
        socket.setSoTimeout(10_000);
        socket.getOutputStream().write("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        byte[] line = socket.getInputStream().readNBytes("HTTP/1.1 200 ".length());
        return new String(line, StandardCharsets.US_ASCII).substring("HTTP/1.1 ".length());
    }

    /** A token that is looked up elsewhere takes its time, and not everybody waits. */
    @Test
    void whoHasGoneMeanwhileTakesNoPlace() throws Exception {
        Vertx vertx = Vertx.vertx();
        try {
            var streams = new EventStreams(4, 4);
            var taken = new CompletableFuture<Integer>();
            Router router = Router.router(vertx);
            router.get("/")
                    .handler(context -> context.request()
                            .connection()
                            .closeHandler(gone -> vertx.runOnContext(later -> {
                                try {
                                    streams.open(context);
                                } catch (Refusal refused) {
                                    assertEquals(400, refused.status());
                                }
                                taken.complete(streams.size());
                            })));
            int port = listen(vertx, router);
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                socket.getOutputStream()
                        .write("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            }
            assertEquals(0, taken.get(10, TimeUnit.SECONDS));
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
        }
    }
}
