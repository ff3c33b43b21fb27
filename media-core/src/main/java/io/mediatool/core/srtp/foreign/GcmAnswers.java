package io.mediatool.core.srtp.foreign;

import io.mediatool.core.srtp.AesGcm;
import java.util.Arrays;
import java.util.HexFormat;

/** What an implementation of AES-GCM must answer before it is trusted: known answers, and the JDK's for packets of several lengths. */
final class GcmAnswers {
    /** RFC 7714 §16: header, plain text, initialisation vector, and what becomes of the text with each key, with the tag. */
    private static final byte[] HEADER = hex("8040f17b8041f8d35501a0b2");

    private static final byte[] TEXT =
            hex("47616c6c696120657374206f6d6e69732064697669736120696e207061727465732074726573");
    private static final int IV_HIGH = 0x5175_3c65;
    private static final long IV_LOW = 0x80c2_726f_2071_8414L;
    private static final byte[] KEY = hex("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f");
    private static final byte[] SEALED_128 =
            hex("f24de3a3fb34de6cacba861c9d7e4bcabe633bd50d294e6f42a5f47a51c7d19b36de3adf8833"
                    + "899d7f27beb16a9152cf765ee4390cce");
    private static final byte[] SEALED_256 =
            hex("32b1de78a822fe12ef9f78fa332e33aab18012389a58e2f3b50b2a0276ffae0f1ba63799b87b"
                    + "7aa3db36dfffd6b0f9bb7878d7a76c13");

    /** Around where implementations change their ways: no block, one, some, sixteen, many, and not a whole number. */
    private static final int[] LENGTHS = {0, 1, 16, 47, 256, 800, 1_187};

    private GcmAnswers() {}

    private static byte[] hex(String text) {
        return HexFormat.of().parseHex(text);
    }

    static boolean areRight(AesGcm gcm) {
        try {
            byte[] key128 = Arrays.copyOf(KEY, 16);
            return isKnown(gcm, key128, SEALED_128)
                    && isKnown(gcm, KEY, SEALED_256)
                    && isLikeTheJdk(gcm, key128)
                    && isLikeTheJdk(gcm, KEY);
        } catch (RuntimeException e) {
            return false;
        }
    }

    private static boolean isKnown(AesGcm gcm, byte[] rawKey, byte[] sealed) {
        byte[] expected = packet(sealed, 0);
        byte[] packet = packet(TEXT, AesGcm.TAG_BYTES);
        try (AesGcm.Key sealing = gcm.key(true, rawKey);
                AesGcm.Key opening = gcm.key(false, rawKey)) {
            sealing.seal(IV_HIGH, IV_LOW, packet, 0, HEADER.length, TEXT.length);
            if (!Arrays.equals(packet, expected)
                    || !opening.open(IV_HIGH, IV_LOW, packet, 0, HEADER.length, TEXT.length)
                    || !startsWith(packet, packet(TEXT, 0))) {
                return false;
            }
            byte[] forged = expected.clone();
            forged[forged.length - 1] ^= 1;
            return !opening.open(IV_HIGH, IV_LOW, forged, 0, HEADER.length, TEXT.length);
        }
    }

    /** The header, what follows it, and free bytes. */
    private static byte[] packet(byte[] behindHeader, int free) {
        byte[] packet = Arrays.copyOf(HEADER, HEADER.length + behindHeader.length + free);
        System.arraycopy(behindHeader, 0, packet, HEADER.length, behindHeader.length);
        return packet;
    }

    private static boolean startsWith(byte[] packet, byte[] start) {
        return Arrays.equals(packet, 0, start.length, start, 0, start.length);
    }

    private static boolean isLikeTheJdk(AesGcm gcm, byte[] rawKey) {
        try (AesGcm.Key key = gcm.key(true, rawKey);
                AesGcm.Key jdk = AesGcm.jdk().key(true, rawKey)) {
            for (int length : LENGTHS) {
                byte[] text = new byte[length];
                Arrays.fill(text, (byte) length);
                byte[] mine = packet(text, AesGcm.TAG_BYTES);
                byte[] theirs = mine.clone();
                long ivLow = IV_LOW ^ length;
                key.seal(IV_HIGH, ivLow, mine, 0, HEADER.length, length);
                jdk.seal(IV_HIGH, ivLow, theirs, 0, HEADER.length, length);
                if (!Arrays.equals(mine, theirs)) {
                    return false;
                }
            }
        }
        return true;
    }
}
