package io.mediatool.core.rtp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mediatool.core.bits.MalformedException;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class HeaderExtensionsTest {

    private static RtpPacket packet(String profile, String elements) throws MalformedException {
        int words = elements.length() / 8;
        byte[] data = HexFormat.of()
                .parseHex("90600001" + "00000000" + "00000007" + profile + String.format("%04x", words) + elements
                        + "ff");
        return RtpPacket.of(data, 0, data.length);
    }

    private static String hex(RtpPacket packet, int id) {
        int found = HeaderExtensions.find(packet, id);
        return found == HeaderExtensions.NONE
                ? "none"
                : HexFormat.of()
                        .formatHex(
                                packet.data(),
                                HeaderExtensions.offset(found),
                                HeaderExtensions.offset(found) + HeaderExtensions.length(found));
    }

    @Test
    void rfc8285Section42OneByteHeaders() throws Exception {
        RtpPacket packet = packet("bede", "10aa" + "21bbcc" + "000000" + "33d0d1d2d3" + "000000");
        assertEquals("aa", hex(packet, 1));
        assertEquals("bbcc", hex(packet, 2));
        assertEquals("d0d1d2d3", hex(packet, 3));
        assertEquals("none", hex(packet, 4));
        assertEquals("none", hex(packet, 0));
    }

    @Test
    void rfc8285Section43TwoByteHeaders() throws Exception {
        RtpPacket packet = packet("1000", "0100" + "0201aa" + "00" + "ff04d0d1d2d3" + "00000000");
        assertEquals("", hex(packet, 1));
        assertEquals("aa", hex(packet, 2));
        assertEquals("d0d1d2d3", hex(packet, 255));
    }

    @Test
    void fifteenEndsOneByteHeaders() throws Exception {
        assertEquals("none", hex(packet("bede", "f0aa20bb"), 2));
    }

    @Test
    void whatIsCutShortIsAbsent() throws Exception {
        assertEquals("none", hex(packet("bede", "17aabbcc"), 1));
        assertEquals("none", hex(packet("1000", "0109aabb"), 1));
        assertEquals("none", hex(packet("1234", "10aa20bb"), 1));
        RtpPacket plain = new RtpPacket().wrap(HexFormat.of().parseHex("80600001" + "00000000" + "00000007"), 0, 12);
        assertEquals("none", hex(plain, 1));
        assertNull(HeaderExtensions.text(plain, 1));
    }

    @Test
    void text() throws Exception {
        assertEquals("mid", HeaderExtensions.text(packet("bede", "126d6964"), 1));
    }

    @Test
    void neverReadsBeyondTheExtension() throws Exception {
        long seed = 8285;
        Random random = new Random(seed);
        for (int round = 0; round < 100_000; round++) {
            byte[] elements = new byte[4 * random.nextInt(6)];
            random.nextBytes(elements);
            RtpPacket packet =
                    packet(round % 2 == 0 ? "bede" : "1000", HexFormat.of().formatHex(elements));
            int found = HeaderExtensions.find(packet, random.nextInt(16));
            int end = packet.extensionOffset() + packet.extensionLength();
            assertTrue(
                    found == HeaderExtensions.NONE
                            || HeaderExtensions.offset(found) + HeaderExtensions.length(found) <= end,
                    "seed " + seed + " round " + round);
        }
    }
}
