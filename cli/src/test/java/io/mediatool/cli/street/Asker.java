package io.mediatool.cli.street;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.stream.Stream;

/** Whoever asks a {@code mediatool serve} of one test by HTTP. */
final class Asker {
    private final URI root;
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    /** Waits until the server has said where its page is. */
    Asker(Visitor serve) {
        String page = serve.awaitLine("page  http");
        root = URI.create(page.substring(page.indexOf("http")).strip());
    }

    int port() {
        return root.getPort();
    }

    /** @param body JSON or a session description; empty for none */
    HttpResponse<String> ask(String method, String path, String body) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(root.resolve(path))
                .timeout(Street.SOON)
                .header("Content-Type", body.startsWith("{") ? "application/json" : "application/sdp")
                .method(method, BodyPublishers.ofString(body))
                .build();
        return client.send(request, BodyHandlers.ofString());
    }

    String get(String path) throws IOException, InterruptedException {
        return ask("GET", path, "").body();
    }

    /** The lines of an answer that goes on. */
    Stream<String> lines(String path) throws IOException, InterruptedException {
        return client.send(HttpRequest.newBuilder(root.resolve(path)).build(), BodyHandlers.ofLines())
                .body();
    }
}
