package io.mediatool.core.codec.h265;

import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.codec.Depacketizer.Listener;
import io.mediatool.core.codec.nal.AccessUnitAssembler;
import io.mediatool.core.codec.nal.NalDepacketizer;
import io.mediatool.core.codec.nal.NalUnits;

/**
 * RFC 7798 on a single stream: single NAL units (§4.4.1), aggregation packets (§4.4.2), fragmentation units (§4.4.3), PACI
 * (§4.4.4, whose extension is passed over). Decoding order numbers are passed over too: they tell an order only where NAL
 * units are interleaved.
 */
final class H265Payloads implements NalDepacketizer.Payloads {
    private static final int DONL_BYTES = 2;
    private static final int DOND_BYTES = 1;

    private final boolean don;

    /** @param don whether sprop-max-don-diff is above 0, so that decoding order numbers are in the packets */
    H265Payloads(boolean don) {
        this.don = don;
    }

    @Override
    public void read(byte[] data, int offset, int length, long timestamp, AccessUnitAssembler units, Listener listener)
            throws MalformedException {
        checkHeader(data, offset, length);
        if (H265Nal.type(data[offset]) == H265Nal.PACI) {
            byte[] inner = openPaci(data, offset, length);
            checkHeader(inner, 0, inner.length);
            readOpen(inner, 0, inner.length, timestamp, units, listener);
        } else {
            readOpen(data, offset, length, timestamp, units, listener);
        }
    }

    private void readOpen(
            byte[] data, int offset, int length, long timestamp, AccessUnitAssembler units, Listener listener)
            throws MalformedException {
        int type = H265Nal.type(data[offset]);
        if (type == H265Nal.AP) {
            walkAggregate(data, offset, length, H265Payloads::checkUnit);
            units.begin(timestamp, listener);
            walkAggregate(data, offset, length, units::nal);
        } else if (type == H265Nal.FU) {
            if (length < 3 + (don && data[offset + 2] < 0 ? DONL_BYTES : 0)) {
                throw new MalformedException("h265: truncated fu", length);
            }
            units.begin(timestamp, listener);
            addFragment(data, offset, length, units);
        } else if (type == H265Nal.PACI) {
            throw new MalformedException("h265: paci in paci", 0);
        } else if (NalUnits.atStartCode(data, offset, length)) {
            // Cameras that put their encoder's output on the wire as it comes, start codes included.
            units.begin(timestamp, listener);
            NalUnits.forEachAnnexB(data, offset, length, units::nal);
        } else {
            addSingle(data, offset, length, timestamp, units, listener);
        }
    }

    private void addSingle(
            byte[] data, int offset, int length, long timestamp, AccessUnitAssembler units, Listener listener)
            throws MalformedException {
        if (!don) {
            units.begin(timestamp, listener);
            units.nal(data, offset, length);
            return;
        }
        if (length < H265Nal.HEADER_BYTES + DONL_BYTES) {
            throw new MalformedException("h265: truncated donl", length);
        }
        byte[] nal = new byte[length - DONL_BYTES];
        nal[0] = data[offset];
        nal[1] = data[offset + 1];
        System.arraycopy(data, offset + 4, nal, 2, length - 4);
        units.begin(timestamp, listener);
        units.nal(nal, 0, nal.length);
    }

    /** Payload header, then { DONL (16) or DOND (8), if there are such | NALU size (16) | NALU }*. */
    private void walkAggregate(byte[] data, int offset, int length, NalUnits.Visitor visitor)
            throws MalformedException {
        int end = offset + length;
        int skip = don ? DONL_BYTES : 0;
        for (int at = offset + H265Nal.HEADER_BYTES; at < end; ) {
            if (end - at < skip + 2) {
                throw new MalformedException("h265: truncated ap", at - offset);
            }
            at += skip;
            int size = (data[at] & 0xff) << 8 | (data[at + 1] & 0xff);
            at += 2;
            if (size > end - at) {
                throw new MalformedException("h265: ap size exceeds packet", at - offset);
            }
            if (size > 0) {
                visitor.onNal(data, at, size);
            }
            at += size;
            skip = don ? DOND_BYTES : 0;
        }
    }

    /** Payload header |F|49|LayerId|TID|, FU header |S|E|FuType (6)|, on the first DONL, then a piece. */
    private void addFragment(byte[] data, int offset, int length, AccessUnitAssembler units) throws MalformedException {
        int header = data[offset + 2];
        int type = header & 0x3f;
        boolean start = (header & 0x80) != 0;
        int skip = 3;
        if (start) {
            if (!H265Nal.isUnit(type)) {
                throw new MalformedException("h265: fu holds no nal unit", 2);
            }
            int first = data[offset] & 0x81 | type << 1;
            units.fragmentStart(first << 8 | data[offset + 1] & 0xff, H265Nal.HEADER_BYTES, type);
            skip += don ? DONL_BYTES : 0;
        }
        units.fragment(type, data, offset + skip, length - skip, (header & 0x40) != 0);
    }

    /**
     * Takes the payload out of a PACI and gives it back its header, which travels without its first two bytes.
     *
     * <pre>
     * |F|50|LayerId|TID| A | cType (6) | PHSsize (5) | F0..2 | Y | PHES (PHSsize bytes) | payload
     * </pre>
     */
    private static byte[] openPaci(byte[] data, int offset, int length) throws MalformedException {
        if (length < 4) {
            throw new MalformedException("h265: truncated paci", length);
        }
        int fields = (data[offset + 2] & 0xff) << 8 | (data[offset + 3] & 0xff);
        int skip = 4 + (fields >> 4 & 0x1f);
        if (skip > length) {
            throw new MalformedException("h265: truncated paci", length);
        }
        byte[] inner = new byte[H265Nal.HEADER_BYTES + length - skip];
        inner[0] = (byte) ((fields >> 15) << 7 | (fields >> 9 & 0x3f) << 1 | data[offset] & 1);
        inner[1] = data[offset + 1];
        System.arraycopy(data, offset + skip, inner, H265Nal.HEADER_BYTES, length - skip);
        return inner;
    }

    private static void checkHeader(byte[] data, int offset, int length) throws MalformedException {
        if (length < H265Nal.HEADER_BYTES) {
            throw new MalformedException("h265: truncated header", length);
        }
        if (data[offset] < 0) {
            throw new MalformedException("h265: forbidden bit", 0);
        }
    }

    private static void checkUnit(byte[] data, int offset, int length) throws MalformedException {
        checkHeader(data, offset, length);
        if (!H265Nal.isUnit(H265Nal.type(data[offset]))) {
            throw new MalformedException("h265: ap holds no nal unit", -1);
        }
    }
}
