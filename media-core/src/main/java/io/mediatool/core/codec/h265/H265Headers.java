package io.mediatool.core.codec.h265;

import io.mediatool.core.codec.nal.NalPacketizer;
import io.mediatool.core.codec.nal.OutgoingUnits.Unit;
import java.util.List;

/** RFC 7798 without decoding order numbers: aggregation packets (§4.4.2) and fragmentation units (§4.4.3). */
final class H265Headers implements NalPacketizer.Headers {
    @Override
    public int unitBytes() {
        return H265Nal.HEADER_BYTES;
    }

    @Override
    public int pieceBytes() {
        return H265Nal.HEADER_BYTES + 1;
    }

    /** §4.4.2: LayerId and TID of the payload header are the lowest of those inside. */
    @Override
    public void aggregate(List<Unit> units, byte[] payload) {
        int layerId = 63;
        int temporalId = 7;
        for (Unit unit : units) {
            byte second = unit.data()[unit.offset() + 1];
            layerId = Math.min(layerId, H265Nal.layerId(unit.data()[unit.offset()], second));
            temporalId = Math.min(temporalId, second & 7);
        }
        payload[0] = (byte) (H265Nal.AP << 1 | layerId >> 5);
        payload[1] = (byte) (layerId << 3 | temporalId);
    }

    /** Payload header |F|49|LayerId|TID|, FU header |S|E|FuType (6)|. */
    @Override
    public void piece(Unit unit, boolean first, boolean last, byte[] payload) {
        int header = unit.data()[unit.offset()];
        payload[0] = (byte) (header & 0x81 | H265Nal.FU << 1);
        payload[1] = unit.data()[unit.offset() + 1];
        payload[2] = (byte) ((first ? 0x80 : 0) | (last ? 0x40 : 0) | H265Nal.type((byte) header));
    }
}
