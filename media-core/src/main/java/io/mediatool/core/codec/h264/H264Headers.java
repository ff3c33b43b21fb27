package io.mediatool.core.codec.h264;

import io.mediatool.core.codec.nal.NalPacketizer;
import io.mediatool.core.codec.nal.OutgoingUnits.Unit;
import java.util.List;

/**
 * RFC 6184: small NAL units share a STAP-A (§5.7.1), too large ones are cut into FU-A (§5.8). Packetization mode 0 knows
 * neither; there nothing is aggregated, but what is too large is cut all the same: every receiver of the field reads FU-A, and
 * not every path carries fragmented IP.
 */
final class H264Headers implements NalPacketizer.Headers {
    @Override
    public int unitBytes() {
        return 1;
    }

    @Override
    public int pieceBytes() {
        return 2;
    }

    /** §5.7.1: NRI is the highest of those inside. */
    @Override
    public void aggregate(List<Unit> units, byte[] payload) {
        int nri = 0;
        for (Unit unit : units) {
            nri = Math.max(nri, unit.data()[unit.offset()] & 0x60);
        }
        payload[0] = (byte) (nri | H264Nal.STAP_A);
    }

    /** FU indicator |F|NRI|28|, FU header |S|E|R|Type|. */
    @Override
    public void piece(Unit unit, boolean first, boolean last, byte[] payload) {
        int header = unit.data()[unit.offset()];
        payload[0] = (byte) (header & 0x60 | H264Nal.FU_A);
        payload[1] = (byte) ((first ? 0x80 : 0) | (last ? 0x40 : 0) | header & 0x1f);
    }
}
