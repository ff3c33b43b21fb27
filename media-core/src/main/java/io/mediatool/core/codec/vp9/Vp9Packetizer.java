package io.mediatool.core.codec.vp9;

import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.codec.MediaFrame;
import io.mediatool.core.codec.Packetizer;

/**
 * Cuts samples in non-flexible mode with a 15-bit picture ID, RFC 9628 §4.2: {@code I P . . B E V .}, {@code M id}. A
 * superframe goes as one frame, index included, as FFmpeg sends it: the receiver's decoder takes it as it is.
 *
 * <p>Key frames bring a scalability structure. GStreamer's depayloader knows the size from nothing else, and browsers drop a
 * key frame without one.
 */
final class Vp9Packetizer implements Packetizer {
    private static final int DESCRIPTOR_BYTES = 3;
    private static final int STRUCTURE_BYTES = 8;

    private final byte[] payload;
    private int pictureId;

    Vp9Packetizer(int maxPayloadBytes) {
        payload = new byte[maxPayloadBytes];
    }

    @Override
    public void packetize(MediaFrame frame, Output output) throws MalformedException {
        byte[] data = frame.data();
        Vp9FrameHeader header = Vp9FrameHeader.parse(data, 0, data.length);
        boolean structured = frame.keyFrame() && header.keyFrame();
        int from = 0;
        while (from < data.length) {
            boolean first = from == 0;
            int start = DESCRIPTOR_BYTES;
            if (first && structured) {
                writeStructure(header, data);
                start += STRUCTURE_BYTES;
            }
            int length = Math.min(payload.length - start, data.length - from);
            boolean last = from + length == data.length;
            payload[0] = (byte) (0x80
                    | (frame.keyFrame() ? 0 : 0x40)
                    | (first ? 0x08 : 0)
                    | (last ? 0x04 : 0)
                    | (first && structured ? 0x02 : 0));
            payload[1] = (byte) (0x80 | pictureId >> 8);
            payload[2] = (byte) pictureId;
            System.arraycopy(data, from, payload, start, length);
            output.onPayload(payload, 0, start + length, last, 0);
            from += length;
        }
        pictureId = (pictureId + 1) & 0x7fff;
    }

    /**
     * RFC 9628 §4.2.1: one layer of this size, each picture refers to the one before.
     *
     * <pre>
     * | N_S=0 |Y=1|G=1|-|-|-| WIDTH (16) | HEIGHT (16) | N_G=1 | TID=0 |U=0| R=1 |-|-| P_DIFF=1 |
     * </pre>
     */
    private void writeStructure(Vp9FrameHeader first, byte[] data) {
        int width = first.width();
        int height = first.height();
        for (Vp9Superframe.Part part : Vp9Superframe.split(data, 0, data.length)) {
            try {
                Vp9FrameHeader header = Vp9FrameHeader.parse(data, part.offset(), part.length());
                width = Math.max(width, header.width());
                height = Math.max(height, header.height());
            } catch (MalformedException e) {
                break; // the decoder's trouble, if it is one
            }
        }
        int at = DESCRIPTOR_BYTES;
        payload[at] = 0x18;
        payload[at + 1] = (byte) (width >> 8);
        payload[at + 2] = (byte) width;
        payload[at + 3] = (byte) (height >> 8);
        payload[at + 4] = (byte) height;
        payload[at + 5] = 1;
        payload[at + 6] = 0x04;
        payload[at + 7] = 1;
    }
}
