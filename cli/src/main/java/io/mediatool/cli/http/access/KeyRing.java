package io.mediatool.cli.http.access;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The keys that verify JSON web tokens; those of a key set are fetched again when a token names one that is not there, and when they are old. Any thread. */
public final class KeyRing {
    private static final int MAX_KEYS = 100;
    /** Tokens with made-up key ids must not make us knock at somebody's door. */
    private static final long REFRESH_INTERVAL_NS = 30_000_000_000L;
    /** A key that is no longer in the set must not be good for ever. */
    private static final long MAX_AGE_NS = 600_000_000_000L;

    private final @Nullable JwtKey own;
    private final @Nullable Supplier<CompletionStage<String>> keySet;
    private final LongSupplier clock;
    private volatile List<JwtKey> fetched = List.of();
    private CompletableFuture<List<JwtKey>> fetching = CompletableFuture.completedFuture(List.of());
    private long fetchedAtNs;

    /**
     * @param key PEM public key or shared secret, null for none
     * @param keySet gets a JSON web key set (RFC 7517), null for none
     * @param clock monotonic, ns
     * @throws GeneralSecurityException when {@code key} is none; one line
     */
    public KeyRing(@Nullable String key, @Nullable Supplier<CompletionStage<String>> keySet, LongSupplier clock)
            throws GeneralSecurityException {
        this.own = key == null ? null : JwtKey.of(key);
        this.keySet = keySet;
        this.clock = clock;
        this.fetchedAtNs = clock.getAsLong() - REFRESH_INTERVAL_NS;
    }

    public boolean isEmpty() {
        return own == null && keySet == null;
    }

    /** Fetches the key set. Fails with a {@link GeneralSecurityException} when it is none. */
    public synchronized CompletionStage<?> refresh() {
        if (keySet == null || !fetching.isDone()) {
            return fetching;
        }
        fetchedAtNs = clock.getAsLong();
        fetching = keySet.get()
                .thenApply(text -> {
                    fetched = keys(text);
                    return fetched;
                })
                .toCompletableFuture();
        return fetching;
    }

    /** Those that {@code token} may be signed with. */
    CompletionStage<List<JwtKey>> candidates(Jwt token) {
        List<JwtKey> known = known(token.keyId());
        if (!known.isEmpty()) {
            if (isOld() && mayRefresh()) {
                // Nobody waits; should it fail, the keys that are known go on.
                CompletionStage<?> unused = refresh();
            }
            return CompletableFuture.completedFuture(known);
        }
        if (!mayRefresh()) {
            return CompletableFuture.completedFuture(known);
        }
        return refresh().handle((done, failure) -> known(token.keyId()));
    }

    private synchronized boolean isOld() {
        return keySet != null && clock.getAsLong() - fetchedAtNs >= MAX_AGE_NS;
    }

    private synchronized boolean mayRefresh() {
        return keySet != null && (!fetching.isDone() || clock.getAsLong() - fetchedAtNs >= REFRESH_INTERVAL_NS);
    }

    private List<JwtKey> known(@Nullable String id) {
        var keys = new ArrayList<JwtKey>();
        if (own != null) {
            keys.add(own);
        }
        for (JwtKey key : fetched) {
            if (id == null || key.id() == null || id.equals(key.id())) {
                keys.add(key);
            }
        }
        return keys;
    }

    /** Keys of kinds that we do not know are left out; a set without any other is refused. */
    static List<JwtKey> keys(String text) {
        try {
            JsonArray all = new JsonObject(text).getJsonArray("keys");
            if (all == null || all.size() > MAX_KEYS) {
                throw new IllegalArgumentException("no JSON web key set");
            }
            var keys = new ArrayList<JwtKey>();
            for (int i = 0; i < all.size(); i++) {
                JwtKey key = JwtKey.of(all.getJsonObject(i));
                if (key != null) {
                    keys.add(key);
                }
            }
            if (keys.isEmpty()) {
                throw new IllegalArgumentException("the key set holds no RSA, P-256 or shared key for signatures");
            }
            return List.copyOf(keys);
        } catch (DecodeException | ClassCastException | GeneralSecurityException e) {
            String reason = e instanceof GeneralSecurityException ? ": " + e.getMessage() : "";
            throw new IllegalArgumentException("no JSON web key set" + reason, e);
        }
    }
}
