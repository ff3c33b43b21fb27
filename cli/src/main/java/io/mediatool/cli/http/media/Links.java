package io.mediatool.cli.http.media;

import io.mediatool.cli.http.exchange.Refusal;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import javax.crypto.KeyGenerator;
import javax.crypto.Mac;
import javax.crypto.SecretKey;

/** Signs links to one file each, for some time. The key is made anew with each start: links end with the process at the latest. */
final class Links {
    private static final String ALGORITHM = "HmacSHA256";

    private final SecretKey key;
    private final InstantSource clock;

    Links(InstantSource clock) {
        this.clock = clock;
        try {
            key = KeyGenerator.getInstance(ALGORITHM).generateKey();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has " + ALGORITHM, e);
        }
    }

    Instant expiry(int seconds) {
        return Instant.ofEpochSecond(clock.instant().getEpochSecond() + seconds);
    }

    /** The query that lets whoever has it fetch the file of that name until then. */
    String query(String name, Instant expiry) {
        String expires = Long.toString(expiry.getEpochSecond());
        return "expires=" + expires + "&signature=" + signature(name, expires);
    }

    /** Refuses with 403 what was not signed here, or is not valid any more. */
    void verify(String name, String expires, String signature) {
        boolean isOurs = expires.matches("\\d{1,15}")
                && MessageDigest.isEqual(
                        signature(name, expires).getBytes(StandardCharsets.US_ASCII),
                        signature.getBytes(StandardCharsets.UTF_8));
        if (!isOurs) {
            throw new Refusal(403, "the link is not of this server, or from before its last start: ask for a new one");
        }
        if (clock.instant().getEpochSecond() > Long.parseLong(expires)) {
            throw new Refusal(403, "the link has expired: ask for a new one");
        }
    }

    private String signature(String name, String expires) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            mac.update((expires + "\n" + name).getBytes(StandardCharsets.UTF_8));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(mac.doFinal());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has " + ALGORITHM, e);
        }
    }
}
