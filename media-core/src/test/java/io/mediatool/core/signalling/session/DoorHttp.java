package io.mediatool.core.signalling.session;

import io.mediatool.core.signalling.client.HttpSignalling;
import io.mediatool.core.signalling.webrtc.IceFragment;
import io.mediatool.core.signalling.webrtc.RefusedOfferException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

/** WHIP and WHEP in front of a {@link SessionDoor}, without the HTTP: paths are {@code /whip/STREAM} and {@code /whep/STREAM}. */
final class DoorHttp implements HttpSignalling {
    final List<String> requests = new ArrayList<>();
    private final SfuStage stage;

    /** Answered in place of the server, where there is one; a failure where it is 0. */
    int instead = NORMAL;

    static final int NORMAL = -1;
    static final int DOWN = 0;

    DoorHttp(SfuStage stage) {
        this.stage = stage;
    }

    @Override
    public CompletionStage<Reply> send(Request request) {
        String path = request.uri().getPath();
        requests.add(request.method() + " " + path);
        if (instead == DOWN) {
            return CompletableFuture.failedFuture(new IOException("nothing listens at http://server"));
        }
        if (instead != NORMAL) {
            return CompletableFuture.completedFuture(new Reply(instead, Map.of(), "as told"));
        }
        String name = path.substring(path.lastIndexOf('/') + 1);
        if (request.method().equals("DELETE")) {
            Session session = stage.door.find(name);
            if (session != null) {
                session.close();
            }
            return CompletableFuture.completedFuture(new Reply(session == null ? 404 : 200, Map.of(), ""));
        }
        if (request.method().equals("PATCH")) {
            return patch(request, name);
        }
        SessionRequest asked = new SessionRequest("room", name, request.body(), 0, "test", true);
        CompletionStage<Session> opened =
                path.startsWith("/whip/") ? stage.door.publish(asked) : stage.door.watch(asked);
        return opened.thenApply(session -> new Reply(
                        session.isOffered() ? 406 : 201,
                        Map.of(
                                "content-type",
                                List.of("application/sdp"),
                                "location",
                                List.of("../session/" + session.id()),
                                "etag",
                                List.of(session.etag())),
                        session.answer()))
                .exceptionallyCompose(DoorHttp::refused);
    }

    private static CompletionStage<Reply> refused(Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        return cause instanceof RefusedSessionException refused
                ? CompletableFuture.completedFuture(refusal(refused))
                : CompletableFuture.failedFuture(cause);
    }

    private CompletionStage<Reply> patch(Request request, String name) {
        Session session = stage.door.find(name);
        if (session == null) {
            return CompletableFuture.completedFuture(new Reply(404, Map.of(), "no session"));
        }
        if ("application/sdp".equals(request.headers().get("Content-Type"))) {
            return session.answer(request.body())
                    .thenApply(done -> new Reply(204, Map.of(), ""))
                    .exceptionallyCompose(DoorHttp::refused);
        }
        try {
            return session.patch(
                            IceFragment.read(request.body()), request.headers().get("If-Match"))
                    .thenApply(done -> new Reply(
                            done.fragment().isEmpty() ? 204 : 200,
                            Map.of("etag", List.of(done.etag())),
                            done.fragment()));
        } catch (RefusedOfferException e) {
            return CompletableFuture.completedFuture(new Reply(400, Map.of(), e.line()));
        }
    }

    private static Reply refusal(RefusedSessionException refused) {
        return new Reply(
                refused.httpStatus(),
                Map.of(
                        "content-type",
                        List.of("application/problem+json"),
                        "retry-after",
                        List.of(String.valueOf(refused.retryAfterSeconds()))),
                "{\"title\":\"no\",\"detail\":\"" + refused.line() + "\"}");
    }
}
