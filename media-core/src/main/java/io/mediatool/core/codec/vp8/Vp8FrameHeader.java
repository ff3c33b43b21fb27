package io.mediatool.core.codec.vp8;

import io.mediatool.core.bits.ByteReader;
import io.mediatool.core.bits.MalformedException;

/**
 * The uncompressed start of a VP8 frame, RFC 6386 §9.1; numbers are little-endian.
 *
 * <pre>
 *  0 1 2 3 4 5 6 7
 * |size0|H| VER |P|  P = 0: key frame; H: shown; 19 bits of first partition size
 * |     size1     |
 * |     size2     |
 * key frames: 9d 01 2a, then 14 bits width + 2 scale, 14 bits height + 2 scale
 * </pre>
 *
 * @param keyFrame decoding can start here
 * @param version bitstream version 0 to 3, which MP4 calls the profile
 * @param shown false for alternate reference frames
 * @param width key frames only, else 0
 * @param height likewise
 */
record Vp8FrameHeader(boolean keyFrame, int version, boolean shown, int width, int height) {

    static Vp8FrameHeader parse(byte[] frame, int length) throws MalformedException {
        ByteReader in = new ByteReader(frame, 0, length);
        int tag = in.u8();
        in.skip(2);
        boolean keyFrame = (tag & 1) == 0;
        int width = 0;
        int height = 0;
        if (keyFrame) {
            if (in.u24() != 0x9d012a) {
                throw new MalformedException("vp8: key frame without start code", 3);
            }
            width = (in.u8() | in.u8() << 8) & 0x3fff;
            height = (in.u8() | in.u8() << 8) & 0x3fff;
            if (width == 0 || height == 0) {
                throw new MalformedException("vp8: picture without size", 6);
            }
        }
        return new Vp8FrameHeader(keyFrame, tag >> 1 & 7, (tag & 0x10) != 0, width, height);
    }
}
