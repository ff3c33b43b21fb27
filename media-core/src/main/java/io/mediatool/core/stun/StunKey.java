package io.mediatool.core.stun;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import javax.crypto.Mac;
import javax.crypto.ShortBufferException;
import javax.crypto.spec.SecretKeySpec;

/** The key of MESSAGE-INTEGRITY: HMAC-SHA1 (RFC 8489 §14.5), ready to be used over and over by one thread. */
public final class StunKey {
    static final int HMAC_BYTES = 20;

    private final Mac mac;
    private final byte[] result = new byte[HMAC_BYTES];
    private final byte[] header = new byte[StunMessage.HEADER_BYTES];

    private StunKey(byte[] key) {
        try {
            mac = Mac.getInstance("HmacSHA1");
            mac.init(new SecretKeySpec(key, "HmacSHA1"));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no HMAC-SHA1", e);
        }
    }

    /** Of a password, as ICE has them (RFC 8489 §9.1.1): printable ASCII, at least one character. */
    public static StunKey shortTerm(String password) {
        return new StunKey(password.getBytes(StandardCharsets.UTF_8));
    }

    /** Of an account (RFC 8489 §9.2.2), as TURN has them. The strings are taken as prepared. */
    public static StunKey longTerm(String username, String realm, String password) {
        try {
            return new StunKey(MessageDigest.getInstance("MD5")
                    .digest((username + ":" + realm + ":" + password).getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no MD5", e);
        }
    }

    /**
     * The HMAC over {@code length} bytes of a message, whose header is taken to announce that
     * MESSAGE-INTEGRITY is its last attribute (§14.5).
     *
     * @return borrowed until the next call
     */
    byte[] hmac(byte[] message, int length) {
        System.arraycopy(message, 0, header, 0, header.length);
        int announced = length - header.length + 4 + HMAC_BYTES;
        header[2] = (byte) (announced >> 8);
        header[3] = (byte) announced;
        mac.update(header);
        mac.update(message, header.length, length - header.length);
        try {
            mac.doFinal(result, 0);
        } catch (ShortBufferException e) {
            throw new IllegalStateException(e);
        }
        return result;
    }
}
