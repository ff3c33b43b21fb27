package io.mediatool.core.codec.vp8;

import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.codec.MediaFrame;
import io.mediatool.core.codec.Packetizer;

/**
 * Cuts frames behind a four-byte descriptor with a 15-bit PictureID, RFC 7741 §4.2: {@code X S}, {@code I}, {@code M id}.
 * Partition borders are not looked for; every piece says partition 0, as libwebrtc and FFmpeg do.
 */
final class Vp8Packetizer implements Packetizer {
    private static final int DESCRIPTOR_BYTES = 4;

    private final byte[] payload;
    private int pictureId;

    Vp8Packetizer(int maxPayloadBytes) {
        payload = new byte[maxPayloadBytes];
    }

    @Override
    public void packetize(MediaFrame frame, Output output) throws MalformedException {
        byte[] data = frame.data();
        Vp8FrameHeader.parse(data, data.length);
        int room = payload.length - DESCRIPTOR_BYTES;
        for (int from = 0; from < data.length; from += room) {
            int length = Math.min(room, data.length - from);
            payload[0] = (byte) (from == 0 ? 0x90 : 0x80);
            payload[1] = (byte) 0x80;
            payload[2] = (byte) (0x80 | pictureId >> 8);
            payload[3] = (byte) pictureId;
            System.arraycopy(data, from, payload, DESCRIPTOR_BYTES, length);
            output.onPayload(payload, 0, DESCRIPTOR_BYTES + length, from + length == data.length, 0);
        }
        pictureId = (pictureId + 1) & 0x7fff;
    }
}
