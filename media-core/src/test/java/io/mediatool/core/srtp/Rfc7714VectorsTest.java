package io.mediatool.core.srtp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mediatool.core.srtp.foreign.LoadedGcms;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** RFC 7714 §16 (SRTP) and §17 (SRTCP): the session keys are given, so the ciphers are tested below the session, with each AES-GCM of this machine. */
final class Rfc7714VectorsTest {
    private static final String KEY_128 = "000102030405060708090a0b0c0d0e0f";
    private static final String KEY_256 = KEY_128 + "101112131415161718191a1b1c1d1e1f";
    private static final String SALT = "517569642070726f2071756f";

    private static final String RTP_HEADER = "8040f17b8041f8d35501a0b2";
    private static final String RTP =
            RTP_HEADER + "47616c6c696120657374206f6d6e697320646976697361" + "20696e207061727465732074726573";
    private static final int RTCP_INDEX = 0x5d4;
    private static final String RTCP = "81c8000d4d617273" + "4e5450314e545032525450200000042a0000e9304c756e61"
            + "deadbeefdeadbeefdeadbeefdeadbeefdeadbeef";

    private static byte[] hex(String text) {
        return HexFormat.of().parseHex(text);
    }

    static List<AesGcm> implementations() {
        return LoadedGcms.all();
    }

    private static GcmCipher cipher(AesGcm gcm, boolean sealing, String key) {
        AesGcm.Key rtp = gcm.key(sealing, hex(key));
        return new GcmCipher(rtp, hex(SALT), rtp.beside(hex(key)), hex(SALT));
    }

    /** Seals {@code clear} header bytes of the packet only, which §16.1.3 and §16.2.3 (tagging only) have as all. */
    private static void assertRtp(AesGcm gcm, String key, int clear, String expected) {
        byte[] packet = Arrays.copyOf(hex(RTP), hex(RTP).length + 16);
        PacketRun run = new PacketRun();
        run.begin(packet);
        run.add(0, packet.length - 16);
        run.number(0, clear, 0xf17b);
        cipher(gcm, true, key).protectRtp(run);
        assertEquals(packet.length, run.length(0));
        assertEquals(expected, HexFormat.of().formatHex(packet));
        assertTrue(cipher(gcm, false, key).unprotectRtp(packet, 0, clear, packet.length, 0xf17b));
        assertEquals(RTP, HexFormat.of().formatHex(packet, 0, packet.length - 16));
        packet = hex(expected);
        packet[packet.length - 1] ^= 1;
        assertFalse(cipher(gcm, false, key).unprotectRtp(packet, 0, clear, packet.length, 0xf17b));
    }

    @ParameterizedTest
    @MethodSource("implementations")
    void section1611Srtp128(AesGcm gcm) {
        assertRtp(
                gcm,
                KEY_128,
                12,
                RTP_HEADER + "f24de3a3fb34de6cacba861c9d7e4bcabe633bd50d294e6f42a5f47a51c7d19b36de3adf8833"
                        + "899d7f27beb16a9152cf765ee4390cce");
    }

    @ParameterizedTest
    @MethodSource("implementations")
    void section1613Srtp128TaggingOnly(AesGcm gcm) {
        assertRtp(gcm, KEY_128, hex(RTP).length, RTP + "22493f82d2bce397e9d79e3b19aa4216");
    }

    @ParameterizedTest
    @MethodSource("implementations")
    void section1621Srtp256(AesGcm gcm) {
        assertRtp(
                gcm,
                KEY_256,
                12,
                RTP_HEADER + "32b1de78a822fe12ef9f78fa332e33aab18012389a58e2f3b50b2a0276ffae0f1ba63799b87b"
                        + "7aa3db36dfffd6b0f9bb7878d7a76c13");
    }

    @ParameterizedTest
    @MethodSource("implementations")
    void section1623Srtp256TaggingOnly(AesGcm gcm) {
        assertRtp(gcm, KEY_256, hex(RTP).length, RTP + "a866d5910f887463067ceefec45215d4");
    }

    private static void assertRtcp(AesGcm gcm, String key, String expected) {
        byte[] packet = Arrays.copyOf(hex(RTCP), hex(RTCP).length + 20);
        cipher(gcm, true, key).protectRtcp(packet, 0, packet.length - 20, RTCP_INDEX);
        assertEquals(expected, HexFormat.of().formatHex(packet));
        assertOpens(gcm, key, expected, true);
    }

    private static void assertOpens(AesGcm gcm, String key, String sealed, boolean encrypted) {
        byte[] packet = hex(sealed);
        assertTrue(cipher(gcm, false, key).unprotectRtcp(packet, 0, packet.length, RTCP_INDEX, encrypted));
        assertEquals(RTCP, HexFormat.of().formatHex(packet, 0, packet.length - 20));
        for (int at = 0; at < packet.length; at++) {
            byte[] forged = hex(sealed);
            forged[at] ^= 0x10;
            assertFalse(
                    cipher(gcm, false, key).unprotectRtcp(forged, 0, forged.length, RTCP_INDEX, encrypted),
                    "byte " + at);
        }
    }

    @ParameterizedTest
    @MethodSource("implementations")
    void section171Srtcp128(AesGcm gcm) {
        assertRtcp(
                gcm,
                KEY_128,
                "81c8000d4d617273" + "63e94885dcdab67ca727d7662f6b7e997ff5c0f76c06f32dc676a5f1730d6fda4ce09b46"
                        + "86303ded0bb9275b" + "c84aa45896cf4d2fc5abf87245d9eade" + "800005d4");
    }

    @ParameterizedTest
    @MethodSource("implementations")
    void section172Srtcp128TaggingOnly(AesGcm gcm) {
        assertOpens(gcm, KEY_128, RTCP + "841dd9683dd78ec92ae58790125f62b3" + "000005d4", false);
    }

    @ParameterizedTest
    @MethodSource("implementations")
    void section173Srtcp256(AesGcm gcm) {
        assertRtcp(
                gcm,
                KEY_256,
                "81c8000d4d617273" + "d50ae4d1f5ce5d304ba297e47d470c282c3ece5dbffe0a50a2eaa5c1110555be8415f658"
                        + "c61de0476f1b6fad" + "1d1eb30c4446839f57ff6f6cb26ac3be" + "800005d4");
    }

    @ParameterizedTest
    @MethodSource("implementations")
    void section174Srtcp256TaggingOnly(AesGcm gcm) {
        assertOpens(gcm, KEY_256, RTCP + "91db4afbfeee5a978fab4393ed2615fe" + "000005d4", false);
    }
}
