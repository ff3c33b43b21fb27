package io.mediatool.cli.http.access;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The tokens of the command line: {@code publish:SECRET}, {@code publish+watch:SECRET}, {@code SECRET} for everything. */
public final class Tokens {
    private final List<Entry> entries = new ArrayList<>();

    /** Only the hash is kept: heap dumps tell no secrets, and comparing takes the same time whatever was guessed. */
    private record Entry(byte[] hash, Grant grant) {}

    /** @throws IllegalArgumentException with one line that names what is wrong with one of them, without telling it */
    public Tokens(List<String> descriptions) {
        for (String description : descriptions) {
            int colon = description.indexOf(':');
            Set<Verb> verbs = colon < 0 ? Set.of(Verb.ADMIN) : Verb.parse(description.substring(0, colon));
            String secret = description.substring(colon + 1);
            if (colon < 0 && Verb.parse(description) != null) {
                throw new IllegalArgumentException(
                        "'" + description + "' is no token: write " + description + ":SECRET");
            }
            if (verbs == null) {
                throw new IllegalArgumentException(
                        "what stands before the colon of a token is publish, watch or admin, or several joined by +");
            }
            if (secret.isBlank() || !secret.matches("[!-~]+")) {
                throw new IllegalArgumentException("a token is of printable characters without spaces");
            }
            entries.add(new Entry(hash(secret), new Grant(verbs, Set.of("*"))));
        }
    }

    public boolean isEmpty() {
        return entries.isEmpty();
    }

    @Nullable Grant find(String token) {
        byte[] hash = hash(token);
        Grant found = null;
        for (Entry entry : entries) {
            if (MessageDigest.isEqual(entry.hash, hash)) {
                found = entry.grant;
            }
        }
        return found;
    }

    private static byte[] hash(String secret) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(secret.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
