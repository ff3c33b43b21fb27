package io.mediatool.core.codec.vp9;

import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.codec.MediaFrame;
import io.mediatool.core.codec.Packetizer;

/**
 * Cuts samples in non-flexible mode with a 15-bit picture ID, RFC 9628 §4.2: {@code I P . . B E . .}, {@code M id}. A
 * superframe goes as one frame, index included, as FFmpeg sends it: the receiver's decoder takes it as it is.
 */
final class Vp9Packetizer implements Packetizer {
    private static final int DESCRIPTOR_BYTES = 3;

    private final byte[] payload;
    private int pictureId;

    Vp9Packetizer(int maxPayloadBytes) {
        payload = new byte[maxPayloadBytes];
    }

    @Override
    public void packetize(MediaFrame frame, Output output) throws MalformedException {
        byte[] data = frame.data();
        Vp9FrameHeader.parse(data, 0, data.length);
        int room = payload.length - DESCRIPTOR_BYTES;
        for (int from = 0; from < data.length; from += room) {
            int length = Math.min(room, data.length - from);
            boolean last = from + length == data.length;
            payload[0] = (byte) (0x80 | (frame.keyFrame() ? 0 : 0x40) | (from == 0 ? 0x08 : 0) | (last ? 0x04 : 0));
            payload[1] = (byte) (0x80 | pictureId >> 8);
            payload[2] = (byte) pictureId;
            System.arraycopy(data, from, payload, DESCRIPTOR_BYTES, length);
            output.onPayload(payload, 0, DESCRIPTOR_BYTES + length, last, 0);
        }
        pictureId = (pictureId + 1) & 0x7fff;
    }
}
