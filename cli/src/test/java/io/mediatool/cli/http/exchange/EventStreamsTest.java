package io.mediatool.cli.http.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.ext.web.Router;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The places of those that listen are free again when they have gone. */
final class EventStreamsTest {
    /** A token that is looked up elsewhere takes its time, and not everybody waits. */
    @Test
    void whoHasGoneMeanwhileTakesNoPlace() throws Exception {
        Vertx vertx = Vertx.vertx();
        try {
            var streams = new EventStreams(4);
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
            HttpServer server = vertx.createHttpServer()
                    .requestHandler(router)
                    .listen(0, "127.0.0.1")
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(10, TimeUnit.SECONDS);
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.actualPort())) {
                socket.getOutputStream()
                        .write("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            }
            assertEquals(0, taken.get(10, TimeUnit.SECONDS));
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
        }
    }
}
