package io.mediatool.ingest.recognition;

/**
 * A packet and how it follows the one before.
 *
 * @param data borrowed; the payload is {@code length} bytes from {@code offset}
 * @param marker the RTP marker bit; not trusted by itself
 * @param contiguous whether the sequence number is the next one
 * @param first whether it is the first packet seen
 * @param timestampStep signed 32-bit difference to the timestamp of the packet before; 0 for the first
 */
record Observation(
        byte[] data, int offset, int length, boolean marker, boolean contiguous, boolean first, int timestampStep) {

    /** The payload byte at {@code index}, unsigned; -1 beyond the end. */
    int at(int index) {
        return index < length ? data[offset + index] & 0xff : -1;
    }

    /** Two bytes, big-endian; -1 beyond the end. */
    int u16(int index) {
        return index + 1 < length ? at(index) << 8 | at(index + 1) : -1;
    }

    boolean sameTimestamp() {
        return !first && timestampStep == 0;
    }
}
