package io.mediatool.core.codec.h264;

import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.codec.Depacketizer.Listener;
import io.mediatool.core.codec.nal.AccessUnitAssembler;
import io.mediatool.core.codec.nal.NalDepacketizer;
import io.mediatool.core.codec.nal.NalUnits;

/**
 * RFC 6184 in packetization modes 0 and 1: single NAL units (§5.6), STAP-A (§5.7.1), FU-A (§5.8). The types of interleaved
 * mode (STAP-B, MTAP, FU-B) are refused.
 */
final class H264Payloads implements NalDepacketizer.Payloads {
    /** |F| NRI (2) | Type (5)| first, in NAL units and in packet types alike. */
    @Override
    public void read(byte[] data, int offset, int length, long timestamp, AccessUnitAssembler units, Listener listener)
            throws MalformedException {
        int type = H264Nal.type(data[offset]);
        if (data[offset] < 0) {
            throw new MalformedException("h264: forbidden bit", 0);
        }
        if (type == H264Nal.STAP_A) {
            checkAggregate(data, offset + 1, length - 1);
            units.begin(timestamp, listener);
            addAggregate(data, offset + 1, length - 1, units);
        } else if (type == H264Nal.FU_A) {
            if (length < 2) {
                throw new MalformedException("h264: truncated fu-a", length);
            }
            units.begin(timestamp, listener);
            addFragment(data, offset, length, units);
        } else if (type > 0 && type <= H264Nal.LAST_SINGLE) {
            units.begin(timestamp, listener);
            units.nal(data, offset, length);
        } else if (NalUnits.atStartCode(data, offset, length)) {
            // Cameras that put their encoder's output on the wire as it comes, start codes included.
            units.begin(timestamp, listener);
            NalUnits.forEachAnnexB(data, offset, length, units::nal);
        } else {
            throw new MalformedException("h264: packet type not of mode 0 or 1", 0);
        }
    }

    /** STAP-A header, then { NALU size (16) | NALU }*. Checked as a whole first, so that a broken packet changes nothing. */
    private static void checkAggregate(byte[] data, int offset, int length) throws MalformedException {
        int end = offset + length;
        for (int at = offset; at < end; ) {
            if (end - at < 2) {
                throw new MalformedException("h264: truncated stap-a", at - offset);
            }
            int size = u16(data, at);
            at += 2;
            if (size > end - at) {
                throw new MalformedException("h264: stap-a size exceeds packet", at - offset);
            }
            if (size > 0 && (data[at] < 0 || H264Nal.type(data[at]) > H264Nal.LAST_SINGLE)) {
                throw new MalformedException("h264: stap-a holds no nal unit", at - offset);
            }
            at += size;
        }
    }

    private static void addAggregate(byte[] data, int offset, int length, AccessUnitAssembler units)
            throws MalformedException {
        int end = offset + length;
        for (int at = offset; at < end; ) {
            int size = u16(data, at);
            at += 2;
            if (size > 0) {
                units.nal(data, at, size);
            }
            at += size;
        }
    }

    /** FU indicator |F|NRI|28|, FU header |S|E|R|Type|, then a piece of the NAL unit without its header. */
    private static void addFragment(byte[] data, int offset, int length, AccessUnitAssembler units)
            throws MalformedException {
        int indicator = data[offset];
        int header = data[offset + 1];
        int type = header & 0x1f;
        if ((header & 0x80) != 0) {
            if (type == 0 || type > H264Nal.LAST_SINGLE) {
                throw new MalformedException("h264: fu-a holds no nal unit", 1);
            }
            units.fragmentStart(indicator & 0x60 | type, 1, type);
        }
        units.fragment(type, data, offset + 2, length - 2, (header & 0x40) != 0);
    }

    private static int u16(byte[] data, int at) {
        return (data[at] & 0xff) << 8 | (data[at + 1] & 0xff);
    }
}
