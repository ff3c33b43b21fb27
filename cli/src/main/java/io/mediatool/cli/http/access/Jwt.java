package io.mediatool.cli.http.access;

import io.mediatool.cli.http.exchange.Refusal;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A JSON web token (RFC 7519) in its compact form, taken apart; nothing of it is believed before {@link #verify}. */
final class Jwt {
    private static final int MAX_LENGTH = 8 * 1024;
    /** Clocks differ. */
    private static final long LEEWAY_S = 30;

    private final JsonObject header;
    private final JsonObject claims;
    private final byte[] signed;
    private final byte[] signature;

    private Jwt(JsonObject header, JsonObject claims, byte[] signed, byte[] signature) {
        this.header = header;
        this.claims = claims;
        this.signed = signed;
        this.signature = signature;
    }

    /** Null when it is none. */
    static @Nullable Jwt read(String token) {
        String[] parts = token.split("\\.", -1);
        if (parts.length != 3 || token.length() > MAX_LENGTH) {
            return null;
        }
        try {
            return new Jwt(
                    object(parts[0]),
                    object(parts[1]),
                    token.substring(0, token.lastIndexOf('.')).getBytes(StandardCharsets.US_ASCII),
                    Base64.getUrlDecoder().decode(parts[2]));
        } catch (DecodeException | IllegalArgumentException e) {
            return null;
        }
    }

    private static JsonObject object(String part) {
        return new JsonObject(new String(Base64.getUrlDecoder().decode(part), StandardCharsets.UTF_8));
    }

    @Nullable String keyId() {
        return header.getValue("kid") instanceof String id ? id : null;
    }

    /**
     * What it allows. Refuses with 401 unless one of {@code keys} signed it and it is valid at {@code nowSeconds}.
     *
     * @param keys those that its header may mean
     */
    Grant verify(List<JwtKey> keys, long nowSeconds) {
        // RFC 7515 §4.1.11: what must be understood is refused when it is not.
        Predicate<JwtKey> signer =
                key -> key.algorithm().name().equals(header.getValue("alg")) && key.verifies(signed, signature);
        if (header.containsKey("crit") || keys.stream().noneMatch(signer)) {
            throw Gate.invalid("the token's signature is not of a key that is known here");
        }
        long expiry = seconds("exp", Long.MIN_VALUE);
        if (expiry == Long.MIN_VALUE) {
            throw Gate.invalid("the token has no 'exp'");
        }
        if (nowSeconds > expiry + LEEWAY_S) {
            throw Gate.invalid("the token has expired");
        }
        if (nowSeconds < seconds("nbf", nowSeconds) - LEEWAY_S) {
            throw Gate.invalid("the token is not valid yet");
        }
        Set<Verb> verbs = EnumSet.noneOf(Verb.class);
        for (String word : words("verbs")) {
            Set<Verb> parsed = Verb.parse(word);
            if (parsed != null) {
                verbs.addAll(parsed);
            }
        }
        return new Grant(verbs, words("room"));
    }

    private long seconds(String claim, long otherwise) {
        Object value = claims.getValue(claim);
        if (value == null) {
            return otherwise;
        }
        if (value instanceof Number number && Double.isFinite(number.doubleValue())) {
            // Half a century is enough, and sums do not overflow.
            return Math.max(-1L << 40, Math.min(1L << 40, number.longValue()));
        }
        throw refusedClaim(claim);
    }

    /** A text, or a list of them. */
    private Set<String> words(String claim) {
        Object value = claims.getValue(claim);
        var words = new HashSet<String>();
        if (value instanceof String text) {
            words.add(text);
        } else if (value instanceof JsonArray list) {
            for (Object each : list) {
                if (!(each instanceof String text)) {
                    throw refusedClaim(claim);
                }
                words.add(text);
            }
        } else if (value != null) {
            throw refusedClaim(claim);
        }
        return words;
    }

    private static Refusal refusedClaim(String claim) {
        return Gate.invalid("the token's claim '" + claim + "' is not what it should be");
    }
}
