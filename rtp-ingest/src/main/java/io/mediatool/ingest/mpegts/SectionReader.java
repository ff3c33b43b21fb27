package io.mediatool.ingest.mpegts;

/**
 * Puts the table sections of one PID together (ISO/IEC 13818-1 §2.4.4) and passes on those whose checksum is right.
 *
 * <pre>
 * | table_id (8) | 1 | 0 | 2 | section_length (12) | id (16) | 2 | version (5) | current (1) | number | last | … | CRC (32) |
 * </pre>
 */
final class SectionReader {
    /** Largest section: 4096 bytes, for private tables; program tables have at most 1024. */
    static final int MAX_BYTES = 4096;

    /** Takes whole sections, from table_id up to, but without, the checksum; borrowed. */
    interface Sink {
        void onSection(byte[] data, int length);
    }

    private static final int[] CRC_TABLE = crcTable();

    private final byte[] section = new byte[MAX_BYTES];
    private final TsCounters counters;
    private final Sink sink;
    private int size;
    private boolean open;

    SectionReader(TsCounters counters, Sink sink) {
        this.counters = counters;
        this.sink = sink;
    }

    void onPayload(byte[] data, int offset, int length, boolean start) {
        int at = offset;
        int end = offset + length;
        if (start && length > 0) {
            int first = at + 1 + (data[at] & 0xff); // pointer_field
            at++;
            if (first > end) {
                open = false;
                counters.badSections++;
                return;
            }
            append(data, at, first);
            open = true; // what was open ends here, complete or not
            size = 0;
            at = first;
        }
        append(data, at, end);
    }

    /** Packets are missing: a section that they were part of is lost. */
    void onLoss() {
        open = false;
    }

    private void append(byte[] data, int from, int end) {
        int at = from;
        while (open && at < end) {
            if (size == 0 && data[at] == -1) {
                open = false; // stuffing until the packet's end
                return;
            }
            int wanted = size < 3 ? 3 : sectionBytes();
            if (wanted > MAX_BYTES) {
                open = false;
                counters.badSections++;
                return;
            }
            int taken = Math.min(wanted - size, end - at);
            System.arraycopy(data, at, section, size, taken);
            size += taken;
            at += taken;
            if (size >= 3 && size == sectionBytes()) {
                finish();
            }
        }
    }

    private int sectionBytes() {
        return 3 + ((section[1] & 0x0f) << 8 | section[2] & 0xff);
    }

    private void finish() {
        // Table id, length, five bytes of long header and the checksum are the least; short-syntax tables are not ours.
        if (size < 12 || crc(section, size) != 0) {
            counters.badSections++;
        } else {
            sink.onSection(section, size - 4);
        }
        size = 0;
    }

    /** CRC-32/MPEG-2, Annex A: over a section with its checksum it is zero. */
    static int crc(byte[] data, int length) {
        int crc = -1;
        for (int i = 0; i < length; i++) {
            crc = crc << 8 ^ CRC_TABLE[crc >>> 24 ^ data[i] & 0xff];
        }
        return crc;
    }

    private static int[] crcTable() {
        int[] table = new int[256];
        for (int i = 0; i < 256; i++) {
            int value = i << 24;
            for (int bit = 0; bit < 8; bit++) {
                value = value < 0 ? value << 1 ^ 0x04c1_1db7 : value << 1;
            }
            table[i] = value;
        }
        return table;
    }
}
