package io.mediatool.core.signalling.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mediatool.core.loop.FakeNetwork;
import io.mediatool.core.loop.FakeNetwork.Link;
import io.mediatool.core.loop.VirtualEventLoop;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What is asked of a server by HTTP, and what becomes of its answers. */
final class ExchangeTest implements HttpSignalling, Exchange.Listener {
    private static final long S = 1_000_000_000L;

    private final VirtualEventLoop loop = new VirtualEventLoop(new FakeNetwork(1, Link.PERFECT), bug -> {
        throw new AssertionError(bug);
    });
    private final Queue<Reply> replies = new ArrayDeque<>();
    private final List<String> asked = new ArrayList<>();
    private final List<String> heard = new ArrayList<>();

    @Override
    public CompletionStage<Reply> send(Request request) {
        asked.add(
                request.method() + " " + request.uri() + " " + request.headers().getOrDefault("Authorization", "-"));
        Reply next = replies.poll();
        return next == null
                ? CompletableFuture.failedFuture(new IOException("nothing listens at http://h"))
                : CompletableFuture.completedFuture(next);
    }

    @Override
    public void onAnswer(String answer, long nowNs) {
        heard.add("answer " + answer);
    }

    @Override
    public void onCounterOffer(String offer, long nowNs) {
        heard.add("offer " + offer);
    }

    @Override
    public void onWaiting(String line) {
        heard.add("waiting " + line);
    }

    @Override
    public void onRefused(String line, long nowNs) {
        heard.add("refused " + line);
    }

    private void reply(int status, String body, String... headers) {
        Map<String, List<String>> all = new java.util.HashMap<>();
        for (int i = 0; i < headers.length; i += 2) {
            all.put(headers[i], List.of(headers[i + 1]));
        }
        replies.add(new Reply(status, all, body));
    }

    private Exchange post(String address, @Nullable String token) {
        Exchange exchange = new Exchange(loop, this, ServerAddress.parse(address), token, this);
        loop.execute(() -> exchange.post("offer"));
        loop.advanceBy(0);
        return exchange;
    }

    @Test
    void sessionsAreEndedWhereTheLocationSays() {
        for (String location : List.of("http://h/r/s1", "/r/s1", "../r/s1", "//h/r/s1")) {
            asked.clear();
            reply(201, "sdp", "location", location);
            Exchange exchange = post("whip+http://h/whip/demo?key=1", "T");
            reply(200, "");
            loop.execute(exchange::close);
            loop.execute(exchange::close);
            loop.advanceBy(0);
            assertEquals(
                    List.of("POST http://h/whip/demo?key=1 Bearer T", "DELETE http://h/r/s1 Bearer T"),
                    asked,
                    location);
        }
        assertEquals("answer sdp", heard.get(0));
    }

    @Test
    void redirectionsAreFollowedAndTheTokenIsNotShownAround() {
        reply(307, "", "location", "https://other/whip/x");
        reply(308, "", "location", "/whip/y");
        reply(201, "sdp", "location", "/s");
        post("whip+https://h/whip/demo", "T");
        assertEquals(
                List.of(
                        "POST https://h/whip/demo Bearer T",
                        "POST https://other/whip/x Bearer T",
                        "POST https://other/whip/y Bearer T"),
                asked);
        reply(307, "", "location", "http://other/whip/x");
        post("whip+https://h/whip/demo", "T");
        reply(302, "", "location", "https://h/elsewhere");
        post("whip+https://h/whip/demo", null);
        for (int i = 0; i < 6; i++) {
            reply(307, "", "location", "/whip/demo");
        }
        post("whip+https://h/whip/demo", null);
        assertEquals(
                List.of(
                        "answer sdp",
                        "refused https://h/whip/demo redirects with 307 to a connection that is not secure",
                        "refused https://h/whip/demo redirects with 302, which makes a GET of a POST: servers use 307",
                        "refused https://h/whip/demo redirects with 307 in a circle"),
                heard);
    }

    @Test
    void whatMayPassIsAskedAgainWhenTheServerSays() {
        reply(503, "{\"title\":\"full\",\"detail\":\"too many \\\"viewers\\\"\"}", "retry-after", "4");
        reply(409, "not yet", "content-type", "text/plain");
        reply(404, "<html>", "content-type", "text/html");
        reply(201, "sdp", "location", "/s");
        Exchange exchange = post("whep+http://h/whep/demo", null);
        loop.advanceBy(4 * S - 1);
        assertEquals(1, asked.size());
        assertEquals("http://h/whep/demo: 503 too many \"viewers\" (asked once)", exchange.seen());
        loop.advanceBy(1);
        assertEquals(2, asked.size());
        loop.advanceBy(2 * S);
        assertEquals(4, asked.size());
        assertEquals(
                List.of("waiting http://h/whep/demo: 503 too many \"viewers\"; asking again", "answer sdp"), heard);
    }

    @Test
    void whatWillNotPassIsRefusedWithTheServersWords() {
        reply(401, "{\"detail\":\"a token is needed\"}", "content-type", "application/problem+json");
        post("whip+http://user:pass@h:81/whip/demo?key=1", null);
        reply(404, "", "content-type", "text/plain");
        post("whip+http://h/whip/demo", "T");
        reply(501, "<html>", "content-type", "text/html");
        post("whip+http://h/whip/demo", "T");
        reply(405, "", "content-type", "text/plain");
        post("whep+http://h/index.html", "T");
        reply(201, "", "location", "/s");
        post("whip+http://h/whip/demo", "T");
        post("whip+http://h/whip/demo", "T");
        assertEquals(
                List.of(
                        "refused http://h:81/whip/demo: 401 a token is needed; --token tells it who you are",
                        "refused http://h/whip/demo: 404",
                        "refused http://h/whip/demo: 501; is that the address of a WHIP server?",
                        "refused http://h/index.html: 405; is that the address of a WHEP server?",
                        "refused http://h/whip/demo: 201 without an answer in it",
                        "refused nothing listens at http://h"),
                heard);
    }

    @Test
    void anAnswerThatComesAfterTheGoodbyeEndsTheSession() {
        CompletableFuture<Reply> late = new CompletableFuture<>();
        HttpSignalling slow = request -> request.method().equals("POST") ? late : send(request);
        Exchange exchange = new Exchange(loop, slow, ServerAddress.parse("whep+http://h/whep/demo"), null, this);
        loop.execute(() -> exchange.post("offer"));
        loop.execute(exchange::close);
        loop.advanceBy(0);
        late.complete(new Reply(201, Map.of("location", List.of("/s")), "sdp"));
        loop.advanceBy(0);
        assertEquals(List.of("DELETE http://h/s -"), asked);
        assertTrue(heard.isEmpty());
    }
}
