package io.mediatool.cli.http.whip;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.KeyGenerator;
import javax.crypto.Mac;
import javax.crypto.SecretKey;

/**
 * What stands behind the id in a session's URL when the client's token stood in the query of the endpoint's: OBS goes on at the path of
 * {@code Location} alone, and would have no token for its goodbye. URLs may carry one (RFC 9725 §4.7). This one is good for its session and
 * no longer than that; the client's own is not said again. An id by itself is no key: hooks and administrators are told of ids.
 */
final class SessionKeys {
    private static final String ALGORITHM = "HmacSHA256";
    private static final char BEFORE = '.';
    private static final int KEY_BYTES = 16;

    private final SecretKey secret;

    /** With a secret of its own: keys end with the process at the latest. */
    SessionKeys() {
        try {
            secret = KeyGenerator.getInstance(ALGORITHM).generateKey();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has " + ALGORITHM, e);
        }
    }

    /** The last step of the path of a session that needs no token besides. */
    String withKey(String id) {
        return id + BEFORE + key(id);
    }

    /** Whether {@code step} ends with the key of its session. */
    boolean opens(String step) {
        int at = step.indexOf(BEFORE);
        return at >= 0
                && MessageDigest.isEqual(
                        key(step.substring(0, at)).getBytes(StandardCharsets.US_ASCII),
                        step.substring(at + 1).getBytes(StandardCharsets.UTF_8));
    }

    /** The id in {@code step}, with or without a key behind it. */
    static String id(String step) {
        int at = step.indexOf(BEFORE);
        return at < 0 ? step : step.substring(0, at);
    }

    private String key(String id) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(secret);
            byte[] whole = mac.doFinal(id.getBytes(StandardCharsets.UTF_8));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOf(whole, KEY_BYTES));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has " + ALGORITHM, e);
        }
    }
}
