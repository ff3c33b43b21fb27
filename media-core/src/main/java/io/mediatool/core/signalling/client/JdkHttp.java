package io.mediatool.core.signalling.client;

import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import javax.net.ssl.SSLException;

/** The JDK's HTTP client, HTTP/1.1: what every WHIP server speaks. */
public final class JdkHttp implements HttpSignalling {
    private static final Duration CONNECT = Duration.ofSeconds(10);
    /** Longer than servers let a viewer wait for a publisher. */
    private static final Duration ANSWER = Duration.ofSeconds(40);

    private static final int MAX_BODY_BYTES = 64 * 1024;

    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(CONNECT)
            .build();

    @Override
    public CompletionStage<Reply> send(Request request) {
        HttpRequest.Builder asked = HttpRequest.newBuilder(request.uri())
                .timeout(ANSWER)
                .method(
                        request.method(),
                        request.body().isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(request.body()));
        request.headers().forEach(asked::setHeader);
        return client.sendAsync(asked.build(), BodyHandlers.ofInputStream())
                .thenApply(JdkHttp::reply)
                .exceptionallyCompose(
                        failure -> CompletableFuture.failedFuture(new IOException(line(failure, request.uri()))));
    }

    private static Reply reply(HttpResponse<InputStream> response) {
        Map<String, List<String>> headers = new HashMap<>();
        response.headers().map().forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), values));
        try (InputStream in = response.body()) {
            byte[] body = in.readNBytes(MAX_BODY_BYTES);
            return new Reply(response.statusCode(), headers, new String(body, StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new CompletionException(e);
        }
    }

    private static String line(Throwable failure, URI uri) {
        Throwable cause = failure;
        while (cause instanceof CompletionException && cause.getCause() != null) {
            cause = cause.getCause();
        }
        String where = uri.getScheme() + "://" + uri.getRawAuthority();
        if (cause instanceof HttpTimeoutException) {
            return where + " does not answer";
        }
        if (cause instanceof SSLException) {
            return where + ": no secure connection: " + cause.getMessage();
        }
        if (cause instanceof ConnectException) {
            boolean unknown = cause.getCause() instanceof ConnectException nested
                            && nested.getCause() instanceof UnresolvedAddressException
                    || cause.getCause() instanceof UnresolvedAddressException;
            return unknown ? "there is no host " + uri.getHost() : "nothing listens at " + where;
        }
        String message = cause.getMessage();
        return where + ": " + (message == null ? cause.getClass().getSimpleName() : message);
    }
}
