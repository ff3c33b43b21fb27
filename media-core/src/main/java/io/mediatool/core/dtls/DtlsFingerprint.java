package io.mediatool.core.dtls;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The hash of a certificate as signalling carries it (RFC 8122 §5).
 *
 * @param algorithm {@code sha-256}, {@code sha-384} or {@code sha-512}; weaker ones prove nothing
 * @param value pairs of upper-case hexadecimal digits with colons between them
 */
public record DtlsFingerprint(String algorithm, String value) {
    private static final HexFormat FORMAT = HexFormat.ofDelimiter(":").withUpperCase();
    private static final Pattern SPACES = Pattern.compile(" +");
    private static final Pattern PAIRS = Pattern.compile("[0-9A-F]{2}(:[0-9A-F]{2})*");

    /** The value of a=fingerprint; null when it is none, or of an algorithm that we do not trust. */
    public static @Nullable DtlsFingerprint parse(String text) {
        String[] words = SPACES.split(text.strip());
        if (words.length != 2) {
            return null;
        }
        String algorithm = words[0].toLowerCase(Locale.ROOT);
        int bytes = switch (algorithm) {
            case "sha-256" -> 32;
            case "sha-384" -> 48;
            case "sha-512" -> 64;
            default -> 0;
        };
        String value = words[1].toUpperCase(Locale.ROOT);
        return bytes > 0
                        && value.length() == 3 * bytes - 1
                        && PAIRS.matcher(value).matches()
                ? new DtlsFingerprint(algorithm, value)
                : null;
    }

    /** SHA-256 of a certificate. */
    public static DtlsFingerprint of(byte[] certificate) {
        return new DtlsFingerprint("sha-256", hash("sha-256", certificate));
    }

    /** Whether this is the fingerprint of {@code certificate} in DER. */
    public boolean matches(byte[] certificate) {
        return value.equals(hash(algorithm, certificate));
    }

    private static String hash(String algorithm, byte[] certificate) {
        try {
            return FORMAT.formatHex(MessageDigest.getInstance(algorithm.toUpperCase(Locale.ROOT))
                    .digest(certificate));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no " + algorithm, e);
        }
    }

    /** As in a=fingerprint. */
    @Override
    public String toString() {
        return algorithm + " " + value;
    }
}
