package io.mediatool.ingest.port;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mediatool.core.rtp.RtpPacket;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class HeldPacketsTest {
    private final HeldPackets held = new HeldPackets();

    private static RtpPacket packet(int type, int sequence, int payloadBytes) throws Exception {
        byte[] data = new byte[12 + payloadBytes];
        RtpPacket.writeHeader(data, 0, false, type, sequence, 0, 1);
        return RtpPacket.of(data, 0, data.length);
    }

    @Test
    void releasesOnePayloadTypeInOrderWithItsArrivals() throws Exception {
        held.add(packet(96, 1, 10), 100);
        held.add(packet(97, 7, 10), 101);
        held.add(packet(96, 2, 10), 102);
        List<String> out = new ArrayList<>();
        held.release(96, (packet, arrivalNs) -> out.add(packet.sequenceNumber() + "@" + arrivalNs));
        assertEquals(List.of("1@100", "2@102"), out);
        assertEquals(1, held.size());
        assertEquals(22, held.bytes());
    }

    @Test
    void isBoundedInPacketsBytesAndTime() throws Exception {
        for (int i = 0; i < 5000; i++) {
            held.add(packet(96, i, 10), i);
        }
        assertEquals(HeldPackets.MAX_PACKETS, held.size());
        for (int i = 0; i < 200; i++) {
            held.add(packet(96, i, 60_000), 5000);
        }
        assertTrue(held.bytes() <= HeldPackets.MAX_BYTES, held.bytes() + " bytes");
        held.trim(5000 + HeldPackets.MAX_AGE_NS + 1);
        assertEquals(0, held.size());
        assertEquals(0, held.bytes());
        assertEquals(5200, held.dropped());
    }
}
