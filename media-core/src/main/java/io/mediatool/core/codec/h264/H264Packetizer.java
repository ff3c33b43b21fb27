package io.mediatool.core.codec.h264;

import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.codec.MediaFrame;
import io.mediatool.core.codec.Packetizer;
import io.mediatool.core.codec.nal.OutgoingUnits;
import io.mediatool.core.codec.nal.OutgoingUnits.Unit;
import java.util.List;

/**
 * RFC 6184: small NAL units without slices share a STAP-A (§5.7.1), too large ones are cut into FU-A (§5.8), the others go as
 * they are. Packetization mode 0 knows neither; there nothing is aggregated, but what is too large is cut all the same: every
 * receiver of the field reads FU-A, and not every path carries fragmented IP.
 */
final class H264Packetizer implements Packetizer {
    private static final int FU_HEADER_BYTES = 2;

    private final OutgoingUnits outgoing;
    private final boolean aggregate;
    private final int maxBytes;
    private final byte[] payload;

    H264Packetizer(OutgoingUnits outgoing, boolean aggregate, int maxPayloadBytes) {
        this.outgoing = outgoing;
        this.aggregate = aggregate;
        this.maxBytes = maxPayloadBytes;
        this.payload = new byte[maxPayloadBytes];
    }

    @Override
    public void packetize(MediaFrame frame, Output output) throws MalformedException {
        List<Unit> units = outgoing.of(frame);
        for (int i = 0; i < units.size(); ) {
            Unit unit = units.get(i);
            int together = aggregate ? fitting(units, i) : 1;
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

    /** How many units from {@code from} on go into one STAP-A; 1 when it is not worth one. */
    private int fitting(List<Unit> units, int from) {
        int size = 1;
        int i = from;
        for (; i < units.size() && !units.get(i).slice(); i++) {
            size += 2 + units.get(i).length();
            if (size > maxBytes) {
                break;
            }
        }
        return Math.max(1, i - from);
    }

    private void sendAggregate(List<Unit> units, boolean last, Output output) {
        int nri = 0; // §5.7.1: the highest of those inside
        int size = 1;
        for (Unit unit : units) {
            nri = Math.max(nri, unit.data()[unit.offset()] & 0x60);
            payload[size++] = (byte) (unit.length() >> 8);
            payload[size++] = (byte) unit.length();
            System.arraycopy(unit.data(), unit.offset(), payload, size, unit.length());
            size += unit.length();
        }
        payload[0] = (byte) (nri | H264Nal.STAP_A);
        output.onPayload(payload, 0, size, last, 0);
    }

    private void sendFragments(Unit unit, boolean last, Output output) {
        int header = unit.data()[unit.offset()];
        int body = unit.length() - 1;
        int room = maxBytes - FU_HEADER_BYTES;
        int count = (body + room - 1) / room;
        int piece = (body + count - 1) / count; // all alike but the last: one run for segmentation offload
        for (int done = 0; done < body; done += piece) {
            int length = Math.min(piece, body - done);
            boolean end = done + length == body;
            payload[0] = (byte) (header & 0x60 | H264Nal.FU_A);
            payload[1] = (byte) ((done == 0 ? 0x80 : 0) | (end ? 0x40 : 0) | header & 0x1f);
            System.arraycopy(unit.data(), unit.offset() + 1 + done, payload, FU_HEADER_BYTES, length);
            output.onPayload(payload, 0, FU_HEADER_BYTES + length, last && end, 0);
        }
    }
}
