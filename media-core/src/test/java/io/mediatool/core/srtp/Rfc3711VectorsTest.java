package io.mediatool.core.srtp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** RFC 3711 Appendix B and RFC 6188 §7. (B.1 is AES-f8, which WebRTC does not use and we do not have.) */
final class Rfc3711VectorsTest {
    private static byte[] hex(String text) {
        return HexFormat.of().parseHex(text);
    }

    private static byte[] stream(String key, String salt) {
        var keys = new CounterModeCipher.Keys(hex(key), new byte[20], hex(salt));
        return new CounterModeCipher(keys, keys).rtpKeyStream(0xff02 * 16);
    }

    private static void assertStream(String key, String first, String last) {
        byte[] stream = stream(key, "f0f1f2f3f4f5f6f7f8f9fafbfcfd");
        assertEquals(first, HexFormat.of().formatHex(stream, 0, first.length() / 2));
        if (!last.isEmpty()) {
            assertEquals(last, HexFormat.of().formatHex(stream, 0xfeff * 16, 0xff02 * 16));
        }
    }

    @Test
    void rfc3711B2KeyStream() {
        assertStream(
                "2b7e151628aed2a6abf7158809cf4f3c",
                "e03ead0935c95e80e166b16dd92b4eb4" + "d23513162b02d0f72a43a2fe4a5f97ab"
                        + "41e95b3bb0a2e8dd477901e4fca894c0",
                "ec8cdf7398607cb0f2d21675ea9ea1e4" + "362b7c3c6773516318a077d7fc5073ae"
                        + "6a2cc3787889374fbeb4c81b17ba6c44");
    }

    @Test
    void rfc6188Aes256KeyStream() {
        assertStream(
                "57f82fe3613fd170a85ec93c40b1f0922ec4cb0dc025b58272147cc438944a98",
                "92bdd28a93c3f52511c677d08b5515a4" + "9da71b2378a854f67050756ded165bac"
                        + "63c4868b7096d88421b563b8c94c9a31",
                "");
    }

    @Test
    void rfc6188Aes192KeyStream() {
        assertStream(
                "eab234764e517b2d3d160d587d8c86219740f65f99b6bcf7",
                "35096cba4610028dc1b57503804ce37c" + "5de986291dcce161d5165ec4568f5c9a",
                "");
    }

    private static void assertKeys(String master, String salt, String key, String authentication, String sessionSalt) {
        derives(master, salt, KeyDerivation.RTP_ENCRYPTION, key);
        derives(master, salt, KeyDerivation.RTP_AUTHENTICATION, authentication);
        derives(master, salt, KeyDerivation.RTP_SALT, sessionSalt);
    }

    private static void derives(String master, String salt, int label, String expected) {
        byte[] wanted = hex(expected);
        assertArrayEquals(wanted, KeyDerivation.derive(hex(master), hex(salt), label, wanted.length));
    }

    @Test
    void rfc3711B3KeyDerivation() {
        String master = "e1f97a0d3e018be0d64fa32c06de4139";
        String salt = "0ec675ad498afeebb6960b3aabe6";
        assertKeys(
                master,
                salt,
                "c61e7a93744f39ee10734afe3ff7a087",
                "cebe321f6ff7716b6fd4ab49af256a156d38baa4",
                "30cbbc08863d8c85d49db34a9ae1");
        // Not of the RFC: the other labels, as other implementations have them.
        derives(master, salt, KeyDerivation.RTCP_ENCRYPTION, "4c1aa45a81f73d61c800bbb00fbb1eaa");
        derives(master, salt, KeyDerivation.RTCP_AUTHENTICATION, "8d54534feb49ae8e7993a6bd0b844fc323a93dfd");
        derives(master, salt, KeyDerivation.RTCP_SALT, "9581c7ad87b3e530bf3e4454a8b3");
    }

    @Test
    void rfc6188Aes256KeyDerivation() {
        assertKeys(
                "f0f04914b513f2763a1b1fa130f10e2998f6f6e43e4309d1e622a0e332b9f1b6",
                "3b04803de51ee7c96423ab5b78d2",
                "5ba1064e30ec51613cad926c5a28ef731ec7fb397f70a960653caf06554cd8c4",
                "fd9c32d39ed5fbb5a9dc96b30818454d1313dc05",
                "fa31791685ca444a9e07c6c64e93");
    }

    @Test
    void rfc6188Aes192KeyDerivation() {
        assertKeys(
                "73edc66c4fa15776fb57f9505c17136550ffda71f3e8e5f1",
                "c8522f3acd4ce86d5add78edbb11",
                "31874736a8f1143870c26e4857d8a5b2c4a354407faadabb",
                "355b10973cd95b9eacf4061c7e1a7151e7cfbfcb",
                "2372b82d639b6d8503a47adc0a6c");
    }

    /** A whole packet of AES_CM_128_HMAC_SHA1_80 under the master key of B.3, as libsrtp has it in its own tests. */
    @Test
    void aWholePacketIsWhatLibsrtpMakesOfIt() {
        byte[] key = hex("e1f97a0d3e018be0d64fa32c06de4139");
        byte[] salt = hex("0ec675ad498afeebb6960b3aabe6");
        var session = new SrtpSession(new SrtpKeys(SrtpProfile.AES_CM_128_HMAC_SHA1_80, key, salt, key, salt));
        byte[] packet = hex("800f1234decafbadcafebabe" + "abababababababababababababababab" + "00".repeat(10));
        assertEquals(38, session.protectRtp(packet, 0, 28));
        assertEquals(
                "800f1234decafbadcafebabe" + "4e55dc4ce79978d88ca4d215949d2402" + "b78d6acc99ea179b8dbb",
                HexFormat.of().formatHex(packet));
        assertEquals(28, session.unprotectRtp(packet, 0, 38));
        assertArrayEquals(hex("ab".repeat(16)), Arrays.copyOfRange(packet, 12, 28));
    }
}
