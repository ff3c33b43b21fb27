package io.mediatool.core.signalling.client;

import io.mediatool.core.loop.EventLoop;
import io.mediatool.core.loop.Timer;
import io.mediatool.core.signalling.client.HttpSignalling.Reply;
import io.mediatool.core.signalling.client.HttpSignalling.Request;
import io.mediatool.core.signalling.webrtc.IceFragment;
import java.io.IOException;
import java.net.URI;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The HTTP part of a session: posts the offer until it is answered or refused for good, and ends it with DELETE. On the loop.
 */
final class Exchange {
    private static final String SDP = "application/sdp";
    private static final int MAX_REDIRECTIONS = 5;
    private static final long S = 1_000_000_000L;
    private static final long PAUSE_S = 1;
    /** Who asks for longer will not see us again before our own deadline. */
    private static final long MAX_PAUSE_S = 3_600;

    private final EventLoop loop;
    private final HttpSignalling http;
    private final @Nullable String token;
    private final boolean publishes;
    private final Listener listener;
    private URI uri;
    private @Nullable URI session;
    private @Nullable Timer again;
    private boolean asking;
    private boolean closed;
    private boolean denied;
    private String etag = "";
    private List<String> iceServers = List.of();
    private CompletionStage<Boolean> goodbye = CompletableFuture.completedFuture(false);
    private int redirections;
    private int attempts;
    private String seen;

    /** Told on the loop. */
    interface Listener {
        void onAnswer(String answer, long nowNs);

        /** A viewer's offer is none that suits the server, which makes its own (406): {@link #answer} goes to it. */
        void onCounterOffer(String offer, long nowNs);

        /** Not now: it is asked again. */
        void onWaiting(String line);

        /** Not ever. */
        void onRefused(String line, long nowNs);
    }

    Exchange(EventLoop loop, HttpSignalling http, ServerAddress address, @Nullable String token, Listener listener) {
        this.loop = loop;
        this.http = http;
        this.uri = address.uri();
        this.publishes = address.publishes();
        this.token = token;
        this.listener = listener;
        this.seen = "no answer from " + shown(uri) + " yet";
    }

    void post(String offer) {
        if (closed) {
            return;
        }
        asking = true;
        attempts++;
        Map<String, String> headers = headers();
        headers.put("Content-Type", SDP);
        headers.put("Accept", SDP);
        http.send(new Request("POST", uri, headers, offer))
                .whenComplete((reply, failure) -> onLoop(() -> {
                    asking = false;
                    if (failure != null) {
                        fail(message(failure));
                    } else {
                        onReply(reply, offer);
                    }
                }));
    }

    private Map<String, String> headers() {
        Map<String, String> headers = new HashMap<>();
        headers.put("User-Agent", "mediatool");
        if (token != null) {
            headers.put("Authorization", "Bearer " + token);
        }
        return headers;
    }

    private void onLoop(Runnable task) {
        loop.tryExecute(task);
    }

    private static String message(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return String.valueOf(cause.getMessage());
    }

    private void onReply(Reply reply, String offer) {
        int status = reply.status();
        String location = reply.header("location");
        if (status / 100 == 2 || isCounterOffer(reply)) {
            onAccepted(reply, location);
        } else if (closed) {
            return;
        } else if (status == 307 || status == 308) {
            redirect(location, status, offer);
        } else if (status / 100 == 3) {
            fail(shown(uri) + " redirects with " + status + ", which makes a GET of a POST: servers use 307");
        } else if (isPassing(status)) {
            wait(reply, offer);
        } else {
            denied = status == 401 || status == 403;
            fail(refusal(reply));
        }
    }

    /** Whether the server does not want who we are. */
    boolean isDenied() {
        return denied;
    }

    private void onAccepted(Reply reply, @Nullable String location) {
        etag = tag(reply);
        iceServers = reply.links("ice-server");
        if (location != null) {
            try {
                session = uri.resolve(location);
            } catch (IllegalArgumentException e) {
                listener.onWaiting(shown(uri) + " names a session that is no address; it will time out there");
            }
        }
        seen = shown(uri) + ": " + reply.status() + (isCounterOffer(reply) ? " with an offer of its own" : "");
        if (closed) {
            goodbye = delete(); // it came too late
            return;
        }
        if (isCounterOffer(reply)) {
            listener.onCounterOffer(reply.body(), loop.nowNs());
        } else if (reply.body().isBlank()) {
            fail(shown(uri) + ": " + reply.status() + " without an answer in it");
        } else {
            listener.onAnswer(reply.body(), loop.nowNs());
        }
    }

    /** draft-ietf-wish-whep §4.2. */
    private boolean isCounterOffer(Reply reply) {
        String type = String.valueOf(reply.header("content-type")).toLowerCase(Locale.ROOT);
        return reply.status() == 406 && !publishes && type.startsWith(SDP) && reply.header("location") != null;
    }

    /**
     * Answers what the server has offered.
     *
     * @param taken run when it has agreed; else the listener is told of a refusal
     */
    void answer(String sdp, Runnable taken) {
        patch(SDP, sdp, "").whenComplete((reply, failure) -> {
            if (closed) {
                return;
            }
            if (failure != null) {
                fail(message(failure));
            } else if (reply.status() / 100 != 2) {
                fail(refusal(reply));
            } else {
                taken.run();
            }
        });
    }

    /** The token goes along, as RFC 9725 §4.6 has it, but never out of a secure connection. */
    private void redirect(@Nullable String location, int status, String offer) {
        URI next = null;
        try {
            next = location == null ? null : uri.resolve(location);
        } catch (IllegalArgumentException e) {
            fail(shown(uri) + " redirects with " + status + " to what is no address");
            return;
        }
        String scheme = next == null ? null : next.getScheme();
        boolean bare = token != null && "https".equals(uri.getScheme()) && !"https".equals(scheme);
        if (next == null || bare || ++redirections > MAX_REDIRECTIONS) {
            fail(shown(uri) + " redirects with " + status
                    + (next == null ? " to nowhere" : bare ? " to a connection that is not secure" : " in a circle"));
            return;
        }
        uri = next;
        post(offer);
    }

    /** What may be otherwise in a moment: nobody publishes yet, too many are there, or too many ask. */
    private boolean isPassing(int status) {
        return status == 409 || status == 429 || status == 503 || status == 404 && !publishes;
    }

    private void wait(Reply reply, String offer) {
        long pauseNs = Math.max(PAUSE_S, Math.min(MAX_PAUSE_S, retryAfterS(reply))) * S;
        String line = refusal(reply);
        if (attempts == 1) {
            listener.onWaiting(line + "; asking again");
        }
        seen = line + " (asked " + (attempts == 1 ? "once" : attempts + " times") + ")";
        again = loop.schedule(loop.nowNs() + pauseNs, nowNs -> post(offer));
    }

    /** Seconds, or a date (RFC 9110 §10.2.3): counted from the server's own clock. */
    private static long retryAfterS(Reply reply) {
        String told = reply.header("retry-after");
        if (told == null) {
            return PAUSE_S;
        }
        if (told.matches("[0-9]{1,9}")) {
            return Long.parseLong(told);
        }
        String now = reply.header("date");
        try {
            return now == null
                    ? PAUSE_S
                    : Duration.between(date(now), date(told)).toSeconds();
        } catch (DateTimeException e) {
            return PAUSE_S;
        }
    }

    private static Instant date(String text) {
        return Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(text));
    }

    private void fail(String line) {
        seen = line;
        if (!closed) {
            listener.onRefused(line, loop.nowNs());
        }
    }

    /** {@code http://host/whep/demo: 409 nothing is published in demo}. */
    private String refusal(Reply reply) {
        String words = ProblemText.of(reply);
        return shown(uri) + ": " + reply.status() + (words.isEmpty() ? "" : " " + words) + advice(reply.status());
    }

    private String advice(int status) {
        return switch (status) {
            case 401, 403 -> token == null ? "; --token tells it who you are" : "; the token is not accepted";
            case 405, 501 -> "; is that the address of a " + (publishes ? "WHIP" : "WHEP") + " server?";
            default -> "";
        };
    }

    /** What HTTP has said until now. */
    String seen() {
        return asking && attempts > 1 ? seen + ", asking again" : seen;
    }

    /** Names the ICE generation, as the server told last; empty where it tells none. */
    String etag() {
        return etag;
    }

    /** STUN and TURN servers that the server has named. */
    List<String> iceServers() {
        return iceServers;
    }

    private static String tag(Reply reply) {
        String told = reply.header("etag");
        return told == null ? "" : told;
    }

    /**
     * Tells the session something about its ICE.
     *
     * @param ifMatch empty for none
     * @return the answer, on the loop; fails when there is none
     */
    CompletionStage<Reply> patch(String fragment, String ifMatch) {
        return patch(IceFragment.MEDIA_TYPE, fragment, ifMatch);
    }

    private CompletionStage<Reply> patch(String type, String body, String ifMatch) {
        URI of = session;
        if (of == null || closed) {
            return CompletableFuture.failedFuture(new IOException("there is no session to be told"));
        }
        Map<String, String> headers = headers();
        headers.put("Content-Type", type);
        if (!ifMatch.isEmpty()) {
            headers.put("If-Match", ifMatch);
        }
        CompletableFuture<Reply> answer = new CompletableFuture<>();
        http.send(new Request("PATCH", of, headers, body))
                .whenComplete((reply, failure) -> onLoop(() -> {
                    if (failure != null) {
                        answer.completeExceptionally(failure);
                        return;
                    }
                    boolean anew = reply.status() / 100 == 2 && !tag(reply).isEmpty();
                    etag = anew ? tag(reply) : etag;
                    answer.complete(reply);
                }));
        return answer;
    }

    /** Asks no more, and has the server end the session. @return when it has answered, true when it did so */
    CompletionStage<Boolean> close() {
        if (closed) {
            return goodbye;
        }
        closed = true;
        Timer waiting = again;
        if (waiting != null) {
            waiting.cancel();
        }
        goodbye = delete();
        return goodbye;
    }

    private CompletionStage<Boolean> delete() {
        URI of = session;
        if (of == null) {
            return CompletableFuture.completedFuture(false);
        }
        session = null;
        return http.send(new Request("DELETE", of, headers(), ""))
                .handle((reply, failure) -> failure == null && reply.status() / 100 == 2);
    }

    /** For messages: without what a query or a user's name may hide. */
    static String shown(URI uri) {
        String port = uri.getPort() < 0 ? "" : ":" + uri.getPort();
        return uri.getScheme() + "://" + uri.getHost() + port + uri.getRawPath();
    }
}
