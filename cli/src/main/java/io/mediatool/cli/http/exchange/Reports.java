package io.mediatool.cli.http.exchange;

import io.mediatool.core.signalling.session.Session;
import io.mediatool.core.signalling.session.SessionReport;
import io.vertx.core.Context;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;

/** Reports of many sessions, a few at a time: the loop that makes them has packets to forward in between. */
public final class Reports {
    private static final int AT_ONCE = 32;

    private Reports() {}

    /** Ends {@code session}; done when it is gone. */
    public static Future<Void> end(Session session, Context context) {
        session.close();
        // What is asked of the loop after the end is answered after it.
        return Future.fromCompletionStage(session.report(), context)
                .mapEmpty()
                .otherwiseEmpty()
                .mapEmpty();
    }

    /** Those of {@code sessions} that are still there, on {@code context}. */
    public static Future<List<SessionReport>> of(List<Session> sessions, Context context) {
        return collect(sessions, 0, new ArrayList<>(), context);
    }

    private static Future<List<SessionReport>> collect(
            List<Session> sessions, int from, List<SessionReport> collected, Context context) {
        if (from >= sessions.size()) {
            return Future.succeededFuture(collected);
        }
        int to = Math.min(sessions.size(), from + AT_ONCE);
        List<Future<SessionReport>> some = sessions.subList(from, to).stream()
                .map(session -> Future.fromCompletionStage(session.report(), context))
                .toList();
        // One that ends meanwhile fails, and is left out.
        return Future.join(some).transform(done -> {
            some.stream().filter(Future::succeeded).map(Future::result).forEach(collected::add);
            return collect(sessions, to, collected, context);
        });
    }
}
