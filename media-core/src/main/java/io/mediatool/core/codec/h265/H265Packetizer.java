package io.mediatool.core.codec.h265;

import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.codec.MediaFrame;
import io.mediatool.core.codec.Packetizer;
import io.mediatool.core.codec.nal.OutgoingUnits;
import io.mediatool.core.codec.nal.OutgoingUnits.Unit;
import java.util.List;

/**
 * RFC 7798 without decoding order numbers: small NAL units without slices share an aggregation packet (§4.4.2), too large
 * ones are cut into fragmentation units (§4.4.3), the others go as they are.
 */
final class H265Packetizer implements Packetizer {
    private static final int FU_HEADER_BYTES = 3;

    private final OutgoingUnits outgoing;
    private final int maxBytes;
    private final byte[] payload;

    H265Packetizer(OutgoingUnits outgoing, int maxPayloadBytes) {
        this.outgoing = outgoing;
        this.maxBytes = maxPayloadBytes;
        this.payload = new byte[maxPayloadBytes];
    }

    @Override
    public void packetize(MediaFrame frame, Output output) throws MalformedException {
        List<Unit> units = outgoing.of(frame);
        for (int i = 0; i < units.size(); ) {
            Unit unit = units.get(i);
            int together = fitting(units, i);
            i += together;
            boolean last = i == units.size();
            if (together > 1) {
                sendAggregate(units.subList(i - together, i), last, output);
            } else if (unit.length() <= maxBytes) {
                output.onPayload(unit.data(), unit.offset(), unit.length(), last, 0);
            } else {
                sendFragments(unit, last, output);
            }
        }
    }

    /** How many units from {@code from} on go into one aggregation packet; 1 when it is not worth one. */
    private int fitting(List<Unit> units, int from) {
        int size = H265Nal.HEADER_BYTES;
        int i = from;
        for (; i < units.size() && !units.get(i).slice(); i++) {
            size += 2 + units.get(i).length();
            if (size > maxBytes) {
                break;
            }
        }
        return Math.max(1, i - from);
    }

    /** §4.4.2: LayerId and TID of the payload header are the lowest of those inside. */
    private void sendAggregate(List<Unit> units, boolean last, Output output) {
        int layerId = 63;
        int temporalId = 7;
        int size = H265Nal.HEADER_BYTES;
        for (Unit unit : units) {
            byte second = unit.data()[unit.offset() + 1];
            layerId = Math.min(layerId, H265Nal.layerId(unit.data()[unit.offset()], second));
            temporalId = Math.min(temporalId, second & 7);
            payload[size++] = (byte) (unit.length() >> 8);
            payload[size++] = (byte) unit.length();
            System.arraycopy(unit.data(), unit.offset(), payload, size, unit.length());
            size += unit.length();
        }
        payload[0] = (byte) (H265Nal.AP << 1 | layerId >> 5);
        payload[1] = (byte) (layerId << 3 | temporalId);
        output.onPayload(payload, 0, size, last, 0);
    }

    private void sendFragments(Unit unit, boolean last, Output output) {
        int first = unit.data()[unit.offset()];
        int body = unit.length() - H265Nal.HEADER_BYTES;
        int room = maxBytes - FU_HEADER_BYTES;
        int count = (body + room - 1) / room;
        int piece = (body + count - 1) / count; // all alike but the last: one run for segmentation offload
        for (int done = 0; done < body; done += piece) {
            int length = Math.min(piece, body - done);
            boolean end = done + length == body;
            payload[0] = (byte) (first & 0x81 | H265Nal.FU << 1);
            payload[1] = unit.data()[unit.offset() + 1];
            payload[2] = (byte) ((done == 0 ? 0x80 : 0) | (end ? 0x40 : 0) | H265Nal.type((byte) first));
            System.arraycopy(
                    unit.data(), unit.offset() + H265Nal.HEADER_BYTES + done, payload, FU_HEADER_BYTES, length);
            output.onPayload(payload, 0, FU_HEADER_BYTES + length, last && end, 0);
        }
    }
}
