package io.mediatool.cli.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mediatool.cli.http.access.Gate;
import io.mediatool.cli.http.access.KeyRing;
import io.mediatool.cli.http.access.Tokens;
import io.mediatool.cli.rooms.MediaDirectory;
import io.mediatool.cli.rooms.WorkEvent;
import io.mediatool.cli.rooms.Works;
import io.mediatool.core.codec.Codec;
import io.mediatool.core.codec.MediaKind;
import io.mediatool.core.codec.RtpFormat;
import io.mediatool.core.dtls.DtlsCertificate;
import io.mediatool.core.loop.EventLoop;
import io.mediatool.core.loop.EventLoops;
import io.mediatool.core.server.IncomingStream;
import io.mediatool.core.server.MediaServer;
import io.mediatool.core.server.peer.Endpoint;
import io.mediatool.core.server.peer.EndpointOptions;
import io.mediatool.core.signalling.session.SessionDoor;
import io.mediatool.core.signalling.session.SessionLimits;
import io.mediatool.core.signalling.webrtc.Offers;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The HTTP side as {@code serve} runs it, on free ports of the loopback, and somebody who asks. */
public final class HttpRig implements AutoCloseable {
    static final String SDP = "application/sdp";
    static final String FRAGMENT = "application/trickle-ice-sdpfrag";
    static final String ROOMS = "/api/v1/rooms/";

    final Queue<Throwable> bugs = new ConcurrentLinkedQueue<>();
    final SessionDoor door;
    final HttpDoor http;
    final Works works;
    final BlockingQueue<WorkEvent> workEvents = new LinkedBlockingQueue<>();
    final HttpSettings settings;

    private final EventLoop loop;
    private final MediaServer server;
    private final Endpoint endpoint;
    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(10))
            .build();

    private HttpRig(HttpSettings settings, @Nullable Path media) throws IOException {
        var random = new SecureRandom();
        this.settings = settings;
        loop = EventLoops.open("media", bugs::add);
        server = new MediaServer(loop, random, InstantSource.system());
        endpoint = Endpoint.open(
                server,
                EndpointOptions.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)),
                DtlsCertificate.selfSigned(random, InstantSource.system().instant()),
                random);
        door = SessionDoor.open(server, endpoint, SessionLimits.DEFAULT);
        http = new HttpDoor(bugs::add);
        works = new Works(door, media == null ? null : MediaDirectory.open(media), random, InstantSource.system());
        works.addListener(workEvents::add);
        http.listen(settings, door, works, endpoint);
        works.keep(endpoint.localAddress(), true, "the media of its sessions");
        works.keep(new InetSocketAddress(InetAddress.getLoopbackAddress(), http.port()), false, "HTTP");
    }

    static HttpRig open() throws IOException {
        return new HttpRig(settings(gate(List.of(), null)), null);
    }

    public static HttpRig open(HttpSettings settings) throws IOException {
        return new HttpRig(settings, null);
    }

    static HttpRig open(HttpSettings settings, Path media) throws IOException {
        return new HttpRig(settings, media);
    }

    static HttpRig open(Path media) throws IOException {
        return new HttpRig(settings(gate(List.of(), null)), media);
    }

    public static HttpSettings settings(Gate gate) {
        return settings(gate, 0);
    }

    public static HttpSettings settings(Gate gate, int port) {
        return new HttpSettings(
                List.of(InetAddress.getLoopbackAddress()), port, null, gate, List.of(), List.of(), null, 0);
    }

    public static Gate gate(List<String> tokens, @Nullable String jwtKey) {
        try {
            return new Gate(new Tokens(tokens), new KeyRing(jwtKey, null, System::nanoTime), InstantSource.system());
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException(e);
        }
    }

    URI uri(String path) {
        String scheme = settings.tls() == null ? "http" : "https";
        return URI.create(scheme + "://127.0.0.1:" + http.port() + path);
    }

    /** Ends every session as a server does that is told to stop. */
    public void shutDown() {
        door.shutDown().toCompletableFuture().join();
    }

    public int port() {
        return http.port();
    }

    int mediaPort() {
        return endpoint.localAddress().getPort();
    }

    HttpResponse<String> ask(String method, String path, String... headers) {
        return send(method, path, "", headers);
    }

    /** @param headers name, value, name, value … */
    HttpResponse<String> send(String method, String path, String body, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri(path))
                .timeout(Duration.ofSeconds(20))
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return send(request.build());
    }

    HttpResponse<String> post(String path, String offer, String... headers) {
        String[] all = new String[headers.length + 2];
        all[0] = "Content-Type";
        all[1] = SDP;
        System.arraycopy(headers, 0, all, 2, headers.length);
        return send("POST", path, offer, all);
    }

    HttpResponse<String> send(HttpRequest request) {
        try {
            return client.send(request, BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    HttpClient client() {
        return client;
    }

    /** Publishes and gives the path of the session. */
    String published(String path, String... headers) {
        HttpResponse<String> answer = post(path, offer("chromium-publish"), headers);
        assertEquals(201, answer.statusCode(), answer.body());
        return header(answer, "Location");
    }

    /** Begins a work, whose kind is at {@code path} of the rooms. @return what is told of it */
    JsonObject begun(String path, String order) {
        HttpResponse<String> answer = send("POST", ROOMS + path, order, "Content-Type", "application/json");
        assertEquals(201, answer.statusCode(), answer.body());
        var report = new JsonObject(answer.body());
        assertEquals(ROOMS + path + "/" + report.getString("id"), header(answer, "Location"), "where it is shown");
        return report;
    }

    /** Waits for what works tell, and skips what they told before it. */
    WorkEvent await(String word) {
        try {
            WorkEvent event = workEvents.poll(20, TimeUnit.SECONDS);
            while (event != null && !event.word().equals(word)) {
                event = workEvents.poll(20, TimeUnit.SECONDS);
            }
            return Objects.requireNonNull(event, "no " + word + " came");
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Has a stream of Opus and VP8 in a room, as something inside the process would publish it. */
    void shows(String room, String stream) {
        var shown = new CompletableFuture<Void>();
        loop.execute(() -> {
            IncomingStream published = server.room(room).publish(stream);
            published.addTrack(MediaKind.AUDIO, List.of(RtpFormat.of(Codec.OPUS, 111)));
            published.addTrack(MediaKind.VIDEO, List.of(RtpFormat.of(Codec.VP8, 96)));
            shown.complete(null);
        });
        shown.join();
    }

    static String header(HttpResponse<?> response, String name) {
        return response.headers().firstValue(name).orElse("");
    }

    /** The answer is a problem of that status, in words and without a trace of us. */
    static JsonObject problem(int status, HttpResponse<String> response) {
        assertEquals(status, response.statusCode(), response.body());
        assertEquals("application/problem+json", header(response, "Content-Type"));
        var problem = new JsonObject(response.body());
        assertEquals(status, problem.getInteger("status"));
        assertTrue(problem.getString("detail").length() > 10, response.body());
        assertTrue(
                !response.body().contains("io.mediatool") && !response.body().contains("Exception"), response.body());
        return problem;
    }

    /** Two seconds of H.264 and Opus, as {@code clip.mp4} of a directory. */
    static Path clip(Path directory) throws IOException {
        Path clip = directory.resolve("clip.mp4");
        try (InputStream in = Objects.requireNonNull(HttpRig.class.getResourceAsStream("clip.mp4"))) {
            Files.copy(in, clip);
        }
        return clip;
    }

    /** A fixture of the core's signalling tests. */
    static String offer(String name) {
        return Offers.text(name);
    }

    static String fragment(String ufrag, String password) {
        return String.join(
                "\r\n",
                "a=group:BUNDLE 0 1",
                "m=audio 9 UDP/TLS/RTP/SAVPF 111",
                "a=mid:0",
                "a=ice-ufrag:" + ufrag,
                "a=ice-pwd:" + password,
                "a=candidate:1 1 udp 2130706431 198.51.100.1 61764 typ host",
                "");
    }

    @Override
    public void close() {
        http.close();
        works.shutDown().toCompletableFuture().join();
        works.close();
        door.close();
        endpoint.close();
        server.close();
        loop.close();
        assertEquals(List.of(), List.copyOf(bugs));
    }
}
