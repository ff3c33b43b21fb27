package io.mediatool.core.codec.nal;

import io.mediatool.core.codec.Depacketizer;
import java.util.Arrays;

/** A sample under construction: NAL units with their lengths, the last of which may still grow or be taken back. */
final class NalBuffer {
    /** The largest access unit that is put together. */
    static final int MAX_BYTES = Depacketizer.MAX_FRAME_BYTES;

    private byte[] data = new byte[4096];
    private int size;
    private int openAt = -1;
    private int count;

    /** Starts a NAL unit. False when no more fit. */
    boolean open() {
        if (count >= NalUnits.MAX_PER_SAMPLE || !reserve(NalUnits.LENGTH_BYTES)) {
            return false;
        }
        openAt = size;
        size += NalUnits.LENGTH_BYTES;
        return true;
    }

    boolean isOpen() {
        return openAt >= 0;
    }

    /** Lengthens the open NAL unit. False, and nothing appended, when the sample is full. */
    boolean append(byte[] source, int offset, int length) {
        if (!reserve(length)) {
            return false;
        }
        System.arraycopy(source, offset, data, size, length);
        size += length;
        return true;
    }

    /** Ends the open NAL unit; it begins at {@link #openOffset()} of {@link #array()} until then. */
    void close() {
        int length = openLength();
        data[openAt] = (byte) (length >> 24);
        data[openAt + 1] = (byte) (length >> 16);
        data[openAt + 2] = (byte) (length >> 8);
        data[openAt + 3] = (byte) length;
        openAt = -1;
        count++;
    }

    /** Takes the open NAL unit back, if there is one. */
    void abandon() {
        if (openAt >= 0) {
            size = openAt;
            openAt = -1;
        }
    }

    byte[] array() {
        return data;
    }

    int openOffset() {
        return openAt + NalUnits.LENGTH_BYTES;
    }

    int openLength() {
        return size - openAt - NalUnits.LENGTH_BYTES;
    }

    void reset() {
        size = 0;
        count = 0;
        openAt = -1;
    }

    /** Bytes so far; where the next NAL unit will begin, or the open one began. */
    int end() {
        return openAt >= 0 ? openAt : size;
    }

    /** The first {@code end} bytes, whole NAL units; they leave, and what follows them moves to the front. */
    byte[] take(int end) {
        byte[] taken = Arrays.copyOf(data, end);
        System.arraycopy(data, end, data, 0, size - end);
        size -= end;
        openAt = openAt >= 0 ? openAt - end : -1;
        count = countClosed();
        return taken;
    }

    private int countClosed() {
        int closed = 0;
        for (int at = 0; at < end(); closed++) {
            int length = (data[at] & 0xff) << 24
                    | (data[at + 1] & 0xff) << 16
                    | (data[at + 2] & 0xff) << 8
                    | (data[at + 3] & 0xff);
            at += NalUnits.LENGTH_BYTES + length;
        }
        return closed;
    }

    private boolean reserve(int length) {
        if (length > MAX_BYTES - size) {
            return false;
        }
        if (size + length > data.length) {
            data = Arrays.copyOf(data, Math.max(size + length, data.length * 2));
        }
        return true;
    }
}
