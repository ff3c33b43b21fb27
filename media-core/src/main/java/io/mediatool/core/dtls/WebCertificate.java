package io.mediatool.core.dtls;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Base64;
import java.util.List;

/**
 * A certificate for HTTPS that nobody vouches for: browsers ask once. Made here because the JDK makes none and
 * BouncyCastle stays in this room.
 *
 * @param certificatePem the certificate
 * @param keyPem its private key, PKCS #8
 */
public record WebCertificate(String certificatePem, String keyPem) {

    /** @param names under which the server is reached: DNS names and literal addresses */
    public static WebCertificate selfSigned(SecureRandom random, Instant now, List<String> names) {
        SelfSigned made = SelfSigned.make(random, now, names);
        return new WebCertificate(pem("CERTIFICATE", made.certificate()), pem("PRIVATE KEY", made.privateKey()));
    }

    private static String pem(String label, byte[] der) {
        String text = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
                .encodeToString(der);
        return "-----BEGIN " + label + "-----\n" + text + "\n-----END " + label + "-----\n";
    }

    @Override
    public String toString() {
        return "WebCertificate";
    }
}
