package io.mediatool.ingest.port;

/** Whether bytes look like packets of a transport stream (ISO/IEC 13818-1 §2.4.3.2: 188 bytes, the first 0x47). */
final class TransportStreamBytes {
    private static final int PACKET_BYTES = 188;
    private static final byte SYNC = 0x47;

    private TransportStreamBytes() {}

    /** Whether {@code length} bytes are one or more whole packets. */
    static boolean areWhole(byte[] data, int offset, int length) {
        if (length == 0 || length % PACKET_BYTES != 0) {
            return false;
        }
        for (int at = offset; at < offset + length; at += PACKET_BYTES) {
            if (data[at] != SYNC) {
                return false;
            }
        }
        return true;
    }
}
