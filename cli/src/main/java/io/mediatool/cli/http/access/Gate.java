package io.mediatool.cli.http.access;

import io.mediatool.cli.http.exchange.Refusal;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.time.InstantSource;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Asks for tokens, where there are any. */
public final class Gate {
    private final Tokens tokens;
    private final KeyRing keys;
    private final InstantSource wallClock;

    public Gate(Tokens tokens, KeyRing keys, InstantSource wallClock) {
        this.tokens = tokens;
        this.keys = keys;
        this.wallClock = wallClock;
    }

    /** Whether everybody may do everything. */
    public boolean isOpen() {
        return tokens.isEmpty() && keys.isEmpty();
    }

    /** What the caller may do. Fails with 401 without a valid token, unless the gate is open. */
    public Future<Grant> grant(RoutingContext context) {
        if (isOpen()) {
            return Future.succeededFuture(Grant.EVERYTHING);
        }
        String token = token(context.request());
        if (token == null) {
            // RFC 6750 §3.1: no error code for who sent no token.
            return Future.failedFuture(new Refusal(401, "a token is needed: 'Authorization: Bearer …' or '?token=…'")
                    .with("WWW-Authenticate", "Bearer realm=\"mediatool\""));
        }
        Grant known = tokens.find(token);
        if (known != null) {
            return Future.succeededFuture(known);
        }
        Jwt jwt = keys.isEmpty() ? null : Jwt.read(token);
        if (jwt == null) {
            return Future.failedFuture(invalid("the token is not known here"));
        }
        return Future.fromCompletionStage(keys.candidates(jwt), context.vertx().getOrCreateContext())
                .map(candidates -> jwt.verify(candidates, wallClock.instant().getEpochSecond()));
    }

    /** Fails with 401 or 403 unless the caller may do {@code verb} in some room. */
    public Future<Grant> require(RoutingContext context, Verb verb) {
        return grant(context).map(grant -> check(grant, verb));
    }

    /** Fails with 401 or 403 unless the caller may do {@code verb} in {@code room}. */
    public Future<Grant> require(RoutingContext context, Verb verb, String room) {
        return grant(context).map(grant -> check(grant, verb, room));
    }

    /** Refuses with 403 what {@code grant} does not allow. */
    public Grant check(Grant grant, Verb verb, String room) {
        if (!check(grant, verb).enters(room)) {
            throw forbidden("the token is not for room '" + room + "'");
        }
        return grant;
    }

    private static Grant check(Grant grant, Verb verb) {
        if (!grant.allows(verb)) {
            throw forbidden("the token is not for '" + verb.word() + "'");
        }
        return grant;
    }

    /** Whether the token of a caller who was let in stands in the URL. */
    public boolean isByQuery(HttpServerRequest request) {
        return !isOpen() && request.getHeader("Authorization") == null && request.getParam("token") != null;
    }

    private static @Nullable String token(HttpServerRequest request) {
        String header = request.getHeader("Authorization");
        if (header != null) {
            String[] words = header.strip().split("\\s+", 2);
            return words.length == 2 && words[0].toLowerCase(Locale.ROOT).equals("bearer") ? words[1] : "";
        }
        return request.getParam("token");
    }

    static Refusal invalid(String detail) {
        return new Refusal(401, detail).with("WWW-Authenticate", "Bearer realm=\"mediatool\", error=\"invalid_token\"");
    }

    private static Refusal forbidden(String detail) {
        return new Refusal(403, detail)
                .with("WWW-Authenticate", "Bearer realm=\"mediatool\", error=\"insufficient_scope\"");
    }
}
