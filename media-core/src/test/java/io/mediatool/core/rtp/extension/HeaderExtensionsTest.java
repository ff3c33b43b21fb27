package io.mediatool.core.rtp.extension;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.rtp.RtpPacket;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class HeaderExtensionsTest {
    private static final ExtensionMap MAP = ExtensionMap.of(Map.ofEntries(
            Map.entry(1, RtpExtension.AUDIO_LEVEL),
            Map.entry(2, RtpExtension.ABS_SEND_TIME),
            Map.entry(3, RtpExtension.TRANSPORT_SEQUENCE),
            Map.entry(4, RtpExtension.MID),
            Map.entry(5, RtpExtension.PLAYOUT_DELAY),
            Map.entry(6, RtpExtension.VIDEO_ORIENTATION),
            Map.entry(8, RtpExtension.ABS_CAPTURE_TIME),
            Map.entry(12, RtpExtension.DEPENDENCY_DESCRIPTOR)));
    private static final String HEADER = "906f0001" + "00000002" + "00000003";

    private static HeaderExtensions read(String extension) throws MalformedException {
        byte[] data = HexFormat.of().parseHex(HEADER + extension + "aabb");
        return new HeaderExtensions().read(RtpPacket.of(data, 0, data.length), MAP);
    }

    /** The bytes of {@code kind}, or "absent". */
    private static String hex(HeaderExtensions found, RtpExtension kind) {
        int from = found.offset(kind);
        return found.has(kind) ? HexFormat.of().formatHex(found.data(), from, from + found.length(kind)) : "absent";
    }

    /** Elements as in the drawing of RFC 8285 §4.2, padding within and behind. */
    @Test
    void readsTheOneByteForm() throws Exception {
        HeaderExtensions found =
                read("bede0005" + "10c2" + "00" + "22a1b2c3" + "310102" + "407a" + "52001fff" + "6003" + "0000");
        assertEquals("c2", hex(found, RtpExtension.AUDIO_LEVEL));
        assertEquals("a1b2c3", hex(found, RtpExtension.ABS_SEND_TIME));
        assertEquals(0x0102, found.transportSequence());
        assertEquals("z", found.text(RtpExtension.MID));
        assertEquals("", found.text(RtpExtension.RID));
        assertEquals("001fff", hex(found, RtpExtension.PLAYOUT_DELAY));
        assertEquals("03", hex(found, RtpExtension.VIDEO_ORIENTATION));
        assertEquals("absent", hex(found, RtpExtension.ABS_CAPTURE_TIME));
    }

    @Test
    void readsTheTwoByteForm() throws Exception {
        HeaderExtensions found = read("10070004" + "0400" + "08080102030405060708" + "0302fffe");
        assertEquals(0, found.length(RtpExtension.MID));
        assertEquals("0102030405060708", hex(found, RtpExtension.ABS_CAPTURE_TIME));
        assertEquals(0xfffe, found.transportSequence());
        assertEquals(-1, found.length(RtpExtension.AUDIO_LEVEL));
    }

    @Test
    void stopsAtFifteenAndPassesOverTheUnknown() throws Exception {
        HeaderExtensions found = read("bede0003" + "71abcd" + "1005" + "f0" + "22a1b2c3" + "0000");
        assertEquals("05", hex(found, RtpExtension.AUDIO_LEVEL));
        assertEquals(-1, found.transportSequence());
        assertEquals("absent", hex(found, RtpExtension.ABS_SEND_TIME));
        assertFalse(read("abcd0001" + "10050000").has(RtpExtension.AUDIO_LEVEL));
    }

    @Test
    void refusesWhatExceedsTheHeader() {
        assertThrows(MalformedException.class, () -> read("bede0001" + "10051300"));
        assertThrows(MalformedException.class, () -> read("10000001" + "00000001"));
        assertThrows(MalformedException.class, () -> read("10000001" + "01030000"));
    }

    @Test
    void writesWithThePeersNumbersWhatConcernsTheMedia() throws Exception {
        HeaderExtensions in = read("bede0003" + "10c2" + "22a1b2c3" + "310102" + "407a" + "00");
        ExtensionMap theirs = ExtensionMap.of(
                Map.of(9, RtpExtension.AUDIO_LEVEL, 3, RtpExtension.MID, 7, RtpExtension.TRANSPORT_SEQUENCE));
        var writer = new ExtensionWriter();
        byte[] out = new byte[400];
        int length = writer.begin(theirs, false)
                .put(RtpExtension.MID, "0")
                .putForwarded(in)
                .reserve(RtpExtension.TRANSPORT_SEQUENCE, 2)
                .reserve(RtpExtension.ABS_SEND_TIME, 3)
                .write(out, 10);
        assertEquals(
                "bede0002" + "3030" + "90c2" + "710000" + "00", HexFormat.of().formatHex(out, 10, 10 + length));
        assertEquals(10 + 4 + 5, writer.offsetOf(RtpExtension.TRANSPORT_SEQUENCE));
        assertEquals(-1, writer.offsetOf(RtpExtension.ABS_SEND_TIME));
        assertEquals(0, writer.begin(theirs, false).write(out, 0));
        assertEquals(0, writer.dropped());
    }

    @Test
    void longElementsTakeTheTwoByteFormOrStayOut() throws Exception {
        byte[] descriptor = new byte[70];
        Arrays.fill(descriptor, (byte) 0x5a);
        byte[] out = new byte[400];
        var mixed = new ExtensionWriter().begin(MAP, true);
        mixed.put(RtpExtension.DEPENDENCY_DESCRIPTOR, descriptor, 0, 70).put(RtpExtension.MID, "1");
        int length = mixed.write(out, 0);
        HeaderExtensions read = read(HexFormat.of().formatHex(out, 0, length));
        assertEquals("1", read.text(RtpExtension.MID));
        int from = read.offset(RtpExtension.DEPENDENCY_DESCRIPTOR);
        assertArrayEquals(descriptor, Arrays.copyOfRange(read.data(), from, from + 70));

        var plain = new ExtensionWriter().begin(MAP, false);
        plain.put(RtpExtension.DEPENDENCY_DESCRIPTOR, descriptor, 0, 70).put(RtpExtension.MID, "1");
        length = plain.write(out, 0);
        assertEquals("bede0001" + "40310000", HexFormat.of().formatHex(out, 0, length));
        assertEquals(1, plain.dropped());
    }

    /** Nothing of one packet is left in the next: neither numbers, nor form, nor elements, nor offsets. */
    @Test
    void oneWriterServesPeersInTurn() {
        ExtensionMap first = ExtensionMap.of(Map.of(20, RtpExtension.MID, 2, RtpExtension.ABS_SEND_TIME));
        ExtensionMap second = ExtensionMap.of(Map.of(9, RtpExtension.TRANSPORT_SEQUENCE, 1, RtpExtension.MID));
        var writer = new ExtensionWriter();
        byte[] out = new byte[400];
        for (int turn = 0; turn < 2; turn++) {
            int length = writer.begin(first, true)
                    .put(RtpExtension.MID, "7")
                    .reserve(RtpExtension.ABS_SEND_TIME, 3)
                    .write(out, 0);
            assertEquals("10000002" + "140137" + "0203000000", HexFormat.of().formatHex(out, 0, length));
            assertEquals(9, writer.offsetOf(RtpExtension.ABS_SEND_TIME));
            length = writer.begin(second, false)
                    .put(RtpExtension.MID, "8")
                    .reserve(RtpExtension.TRANSPORT_SEQUENCE, 2)
                    .write(out, 0);
            assertEquals(
                    "bede0002" + "1038" + "910000" + "000000", HexFormat.of().formatHex(out, 0, length));
            assertEquals(-1, writer.offsetOf(RtpExtension.ABS_SEND_TIME));
            writer.begin(second, false).put(RtpExtension.MID, "a text of 17 char");
        }
        assertEquals(2, writer.dropped());
    }

    @Test
    void namesAreTheirUris() {
        for (RtpExtension kind : RtpExtension.values()) {
            assertEquals(kind, RtpExtension.ofUri(kind.uri()));
        }
        assertNull(RtpExtension.ofUri("urn:ietf:params:rtp-hdrext:toffset"));
        assertThrows(IllegalArgumentException.class, () -> ExtensionMap.of(Map.of(15, RtpExtension.MID)));
        assertThrows(
                IllegalArgumentException.class,
                () -> ExtensionMap.of(Map.of(1, RtpExtension.MID, 2, RtpExtension.MID)));
    }

    @Test
    void readsOrRefusesAnything() {
        String[] valid = {
            "bede0005" + "10c2" + "00" + "22a1b2c3" + "310102" + "407a" + "52001fff" + "6003" + "0000",
            "10000004" + "0400" + "08080102030405060708" + "0302fffe"
        };
        long seed = 8285;
        Random random = new Random(seed);
        HeaderExtensions reused = new HeaderExtensions();
        for (int round = 0; round < 200_000; round++) {
            byte[] data = HexFormat.of().parseHex(HEADER + valid[round & 1]);
            for (int i = random.nextInt(5); i > 0; i--) {
                data[12 + random.nextInt(data.length - 12)] = (byte) random.nextInt();
            }
            try {
                reused.read(RtpPacket.of(data, 0, data.length), MAP);
                reused.transportSequence();
                hex(reused, RtpExtension.DEPENDENCY_DESCRIPTOR);
                reused.text(RtpExtension.MID);
            } catch (MalformedException refused) {
                assertFalse(refused.reason().isEmpty());
            } catch (RuntimeException escaped) {
                throw new AssertionError("seed " + seed + " round " + round, escaped);
            }
        }
    }
}
