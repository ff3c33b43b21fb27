package io.mediatool.core.codec.nal;

import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.codec.MediaFrame;
import io.mediatool.core.codec.Packetizer;
import io.mediatool.core.codec.nal.OutgoingUnits.Unit;
import java.util.List;

/**
 * Puts NAL units into packets: small ones without slices share an aggregation packet, too large ones are cut, the others go
 * as they are.
 */
public final class NalPacketizer implements Packetizer {
    private static final int SIZE_BYTES = 2;

    private final OutgoingUnits outgoing;
    private final Headers headers;
    private final boolean aggregate;
    private final int maxBytes;
    private final byte[] payload;

    /** What a payload format puts before NAL units and pieces of them. */
    public interface Headers {
        /** Bytes of a NAL unit's own header, and of an aggregation packet's. */
        int unitBytes();

        /** Bytes before a piece, which comes without the unit's own header. */
        int pieceBytes();

        /** Writes the header of an aggregation packet with these units to the start of {@code payload}. */
        void aggregate(List<Unit> units, byte[] payload);

        /** Writes what is before a piece of {@code unit} to the start of {@code payload}. */
        void piece(Unit unit, boolean first, boolean last, byte[] payload);
    }

    /** @param aggregate whether the receiver knows aggregation packets */
    public NalPacketizer(OutgoingUnits outgoing, Headers headers, boolean aggregate, int maxPayloadBytes) {
        this.outgoing = outgoing;
        this.headers = headers;
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
                sendPieces(unit, last, output);
            }
        }
    }

    /** How many units from {@code from} on go into one aggregation packet; 1 when it is not worth one. */
    private int fitting(List<Unit> units, int from) {
        int size = headers.unitBytes();
        int i = from;
        for (; i < units.size() && !units.get(i).slice(); i++) {
            size += SIZE_BYTES + units.get(i).length();
            if (size > maxBytes) {
                break;
            }
        }
        return Math.max(1, i - from);
    }

    private void sendAggregate(List<Unit> units, boolean last, Output output) {
        headers.aggregate(units, payload);
        int size = headers.unitBytes();
        for (Unit unit : units) {
            payload[size++] = (byte) (unit.length() >> 8);
            payload[size++] = (byte) unit.length();
            System.arraycopy(unit.data(), unit.offset(), payload, size, unit.length());
            size += unit.length();
        }
        output.onPayload(payload, 0, size, last, 0);
    }

    private void sendPieces(Unit unit, boolean last, Output output) {
        int from = unit.offset() + headers.unitBytes();
        int body = unit.length() - headers.unitBytes();
        int header = headers.pieceBytes();
        int room = maxBytes - header;
        int count = (body + room - 1) / room;
        int piece = (body + count - 1) / count; // all alike but the last: one run for segmentation offload
        for (int done = 0; done < body; done += piece) {
            int length = Math.min(piece, body - done);
            boolean end = done + length == body;
            headers.piece(unit, done == 0, end, payload);
            System.arraycopy(unit.data(), from + done, payload, header, length);
            output.onPayload(payload, 0, header + length, last && end, 0);
        }
    }
}
