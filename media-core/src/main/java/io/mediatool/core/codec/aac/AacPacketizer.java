package io.mediatool.core.codec.aac;

import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.codec.MediaFrame;
import io.mediatool.core.codec.Packetizer;

/**
 * mpeg4-generic in mode AAC-hbr, RFC 3640 §3.3.6: one access unit to a packet, or in pieces that each say its whole size.
 *
 * <pre>
 * | AU-headers-length = 16 (16) | AU-size (13) | AU-index = 0 (3) | access unit or a piece of it ... |
 * </pre>
 */
final class AacPacketizer implements Packetizer {
    private static final int HEADER_BYTES = 4;
    private static final int MAX_UNIT_BYTES = (1 << 13) - 1;

    private final byte[] payload;

    AacPacketizer(int maxPayloadBytes) {
        payload = new byte[maxPayloadBytes];
    }

    @Override
    public void packetize(MediaFrame frame, Output output) throws MalformedException {
        byte[] unit = frame.data();
        if (unit.length == 0 || unit.length > MAX_UNIT_BYTES) {
            throw new MalformedException("aac: access unit of unsendable size", -1);
        }
        payload[0] = 0;
        payload[1] = 16;
        payload[2] = (byte) (unit.length >> 5);
        payload[3] = (byte) (unit.length << 3);
        int room = payload.length - HEADER_BYTES;
        for (int from = 0; from < unit.length; from += room) {
            int length = Math.min(room, unit.length - from);
            System.arraycopy(unit, from, payload, HEADER_BYTES, length);
            output.onPayload(payload, 0, HEADER_BYTES + length, from + length == unit.length, 0);
        }
    }
}
