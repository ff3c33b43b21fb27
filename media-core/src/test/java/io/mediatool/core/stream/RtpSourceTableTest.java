package io.mediatool.core.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.mediatool.core.rtp.RtpPacket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class RtpSourceTableTest {
    private static final RtpSourceTable.Extensions IDS = new RtpSourceTable.Extensions(1, 2, 3);
    private final RtpSourceTable<String> table = new RtpSourceTable<>(IDS);

    /** A packet with MID, RID and repaired RID, each where not null. */
    private static RtpPacket packet(int ssrc, int payloadType, @Nullable String... texts) throws Exception {
        byte[] data = new byte[200];
        RtpPacket.writeHeader(data, 0, false, payloadType, 1, 1, ssrc);
        int at = 16;
        for (int i = 0; i < texts.length; i++) {
            String text = texts[i];
            if (text != null) {
                byte[] value = text.getBytes(StandardCharsets.UTF_8);
                data[at++] = (byte) (i + 1 << 4 | value.length - 1);
                System.arraycopy(value, 0, data, at, value.length);
                at += value.length;
            }
        }
        int words = (at - 16 + 3) / 4;
        data[0] |= 0x10;
        data[12] = (byte) 0xbe;
        data[13] = (byte) 0xde;
        data[15] = (byte) words;
        byte[] whole = Arrays.copyOf(data, 16 + 4 * words);
        return RtpPacket.of(whole, 0, whole.length);
    }

    @Test
    void signalledSsrcsComeFirst() throws Exception {
        table.addMid("0", "audio");
        table.addSsrc(7, "video");
        assertEquals("video", table.find(packet(7, 96, "0")));
        assertEquals("audio", table.find(packet(8, 96, "0")));
    }

    @Test
    void midIsLearnedAndThenNotNeeded() throws Exception {
        table.addMid("0", "audio");
        table.addMid("1", "video");
        assertEquals("audio", table.find(packet(5, 111, "0")));
        assertEquals("video", table.find(packet(6, 96, "1")));
        assertEquals("audio", table.find(packet(5, 111)));
        assertEquals("video", table.find(packet(6, 96)));
        assertEquals("video", table.find(6));
        assertNull(table.find(packet(9, 96)));
        assertEquals(1, table.unknown());
    }

    @Test
    void layersAndTheirRetransmissions() throws Exception {
        table.addRid("1", "hi", "high");
        table.addRid("1", "lo", "low");
        table.addRepairedRid("1", "hi", "high, again");
        assertEquals("high", table.find(packet(1, 96, "1", "hi")));
        assertEquals("low", table.find(packet(2, 96, "1", "lo")));
        assertEquals("high, again", table.find(packet(3, 97, "1", null, "hi")));
        assertEquals("low", table.find(packet(4, 96, null, "lo")), "the MID may be left out once it is known");
        assertNull(table.find(packet(5, 96, "1", "no")));
    }

    @Test
    void withoutExtensionsThePayloadTypeTells() throws Exception {
        table.addPayloadType(96, "video");
        table.addPayloadType(111, "audio");
        assertEquals("video", table.find(packet(1, 96)));
        assertEquals("audio", table.find(packet(2, 111)));
        assertNull(table.find(packet(3, 100)));
        assertEquals("video", table.find(packet(1, 97)), "by SSRC from then on");
    }

    @Test
    void whatIsLearnedIsBounded() throws Exception {
        table.addSsrc(-1, "signalled");
        table.addPayloadType(96, "video");
        for (int ssrc = 0; ssrc < 10 * RtpSourceTable.MAX_LEARNED; ssrc++) {
            assertEquals("video", table.find(packet(ssrc, 96)));
        }
        assertEquals("signalled", table.find(-1));
        assertNull(table.find(0));
        assertEquals("video", table.find(10 * RtpSourceTable.MAX_LEARNED - 1));
    }

    @Test
    void aLearnedSsrcCanBeSignalledLater() throws Exception {
        table.addPayloadType(96, "video");
        assertEquals("video", table.find(packet(5, 96)));
        table.addSsrc(5, "other");
        assertEquals("other", table.find(packet(5, 96)));
    }
}
