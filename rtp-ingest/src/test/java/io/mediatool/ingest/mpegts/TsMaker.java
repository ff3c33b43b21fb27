package io.mediatool.ingest.mpegts;

import io.mediatool.core.bits.ByteWriter;
import java.util.Arrays;

/** Makes transport packets by hand. */
final class TsMaker {
    private final int[] counters = new int[8192];

    /** One packet; the payload is filled up with 0xff, or cut. */
    byte[] packet(int pid, byte[] payload, boolean start) {
        byte[] packet = new byte[188];
        Arrays.fill(packet, (byte) 0xff);
        packet[0] = 0x47;
        packet[1] = (byte) (pid >> 8 | (start ? 0x40 : 0));
        packet[2] = (byte) pid;
        packet[3] = (byte) (0x10 | counters[pid]++ & 15);
        System.arraycopy(payload, 0, packet, 4, Math.min(184, payload.length));
        return packet;
    }

    byte[] association(int program, int mapPid) {
        ByteWriter body = new ByteWriter(16).u16(program).u16(0xe000 | mapPid);
        return section(0, 0, 1, body);
    }

    /** @param streams type and PID in turn; more than a packet holds become several packets */
    byte[] map(int program, int mapPid, int... streams) {
        ByteWriter body = new ByteWriter(64).u16(0xe000 | streams[1]).u16(0xf000);
        for (int i = 0; i < streams.length; i += 2) {
            body.u8(streams[i]).u16(0xe000 | streams[i + 1]).u16(0xf000);
        }
        return section(mapPid, 2, program, body);
    }

    private byte[] section(int pid, int tableId, int id, ByteWriter body) {
        ByteWriter section = new ByteWriter(64).u8(tableId).u16(0xb000 | 5 + body.size() + 4);
        section.u16(id).u8(0xc1).u8(0).u8(0).bytes(body.toByteArray());
        section.u32(SectionReader.crc(section.toByteArray(), section.size()));
        byte[] whole = new ByteWriter(64).u8(0).bytes(section.toByteArray()).toByteArray();
        ByteWriter packets = new ByteWriter(188);
        for (int at = 0; at < whole.length; at += 184) {
            packets.bytes(packet(pid, Arrays.copyOfRange(whole, at, Math.min(whole.length, at + 184)), at == 0));
        }
        return packets.toByteArray();
    }

    /** A PES packet with times, in as many packets as it takes; adaptation stuffing fills the last one. */
    byte[] pes(int pid, long pts, long dts, byte[] payload) {
        ByteWriter pes =
                new ByteWriter(64).u24(1).u8(0xe0).u16(0).u16(0x8000 | 0xc0).u8(10);
        time(pes, 3, pts);
        time(pes, 1, dts);
        byte[] whole = pes.bytes(payload).toByteArray();
        ByteWriter packets = new ByteWriter(188);
        for (int at = 0; at < whole.length; at += 184) {
            byte[] part = Arrays.copyOfRange(whole, at, Math.min(whole.length, at + 184));
            byte[] packet = packet(pid, part, at == 0);
            int stuffing = 184 - part.length;
            if (stuffing > 0) {
                packet[3] |= 0x20;
                packet[4] = (byte) (stuffing - 1);
                Arrays.fill(packet, 5, 4 + stuffing, (byte) 0xff);
                if (stuffing > 1) {
                    packet[5] = 0;
                }
                System.arraycopy(part, 0, packet, 4 + stuffing, part.length);
            }
            packets.bytes(packet);
        }
        return packets.toByteArray();
    }

    private static void time(ByteWriter out, int prefix, long time) {
        out.u8((int) (prefix << 4 | time >> 29 & 0x0e | 1));
        out.u16((int) (time >> 14 & 0xfffe | 1)).u16((int) (time << 1 & 0xfffe | 1));
    }
}
