package io.mediatool.core.ice;

import java.util.random.RandomGenerator;

/**
 * User name fragment and password of one side (RFC 8839 §5.4): 4 to 256 and 22 to 256 characters of letters, digits, + and /.
 */
public record IceCredentials(String ufrag, String password) {
    private static final String CHARACTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    private static final int UFRAG_LENGTH = 8;
    private static final int PASSWORD_LENGTH = 24;
    private static final int MAX_LENGTH = 256;

    public IceCredentials {
        if (!isValid(ufrag, 4) || !isValid(password, 22)) {
            throw new IllegalArgumentException("ICE credentials of wrong length or with strange characters");
        }
    }

    /** New ones; {@code random} must be cryptographically strong where strangers listen. */
    public static IceCredentials random(RandomGenerator random) {
        return new IceCredentials(text(random, UFRAG_LENGTH), text(random, PASSWORD_LENGTH));
    }

    private static String text(RandomGenerator random, int length) {
        StringBuilder text = new StringBuilder(length);
        for (int i = 0; i < length; i++) {
            text.append(CHARACTERS.charAt(random.nextInt(CHARACTERS.length())));
        }
        return text.toString();
    }

    private static boolean isValid(String text, int minLength) {
        return text.length() >= minLength
                && text.length() <= MAX_LENGTH
                && text.chars().allMatch(c -> CHARACTERS.indexOf(c) >= 0 || c == '-' || c == '_'); // some use base64url
    }

    /** Tells no secret. */
    @Override
    public String toString() {
        return "IceCredentials[" + ufrag + "]";
    }
}
