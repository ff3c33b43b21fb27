package io.mediatool.core.codec.av1;

import io.mediatool.core.bits.ByteReader;
import io.mediatool.core.bits.ByteWriter;
import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.codec.Depacketizer;
import io.mediatool.core.codec.MediaFrame;
import io.mediatool.core.rtp.RtpPacket;

/**
 * Joins OBU elements to OBUs and the OBUs of one timestamp to a sample, AOM RTP §4.3 and §4.4. A hole costs the OBU it is
 * in; a unit that still has a whole frame is delivered as damaged. Packets do not tell where a unit starts, so whole OBUs
 * lost from its front go unnoticed here; decoders notice.
 *
 * <pre>
 *  0 1 2 3 4 5 6 7
 * |Z|Y| W |N|-|-|-|  Z: continues an OBU; Y: its last continues; W: elements, 0 for all with length; N: new sequence
 * | element size (leb128), but not for the last of W | element ... |
 * </pre>
 */
final class Av1Depacketizer implements Depacketizer {
    private final TemporalUnit unit = new TemporalUnit();
    private final ByteWriter fragment = new ByteWriter(4096);
    private boolean inFragment;
    private boolean inUnit;
    private boolean damaged;
    private boolean lost;
    private long timestamp;

    @Override
    public void onPacket(RtpPacket packet, long packetTimestamp, Listener listener) throws MalformedException {
        if (packet.payloadLength() == 0) {
            return; // padding that probes bandwidth
        }
        if (inUnit && packetTimestamp != timestamp) {
            damaged |= lost;
            deliver(listener);
            lost = false;
        }
        if (!inUnit) {
            inUnit = true;
            timestamp = packetTimestamp;
        } else if (lost) {
            damaged = true;
        }
        if (lost) {
            dropFragment();
            lost = false;
        }
        try {
            elements(packet);
        } catch (MalformedException e) {
            damaged = true;
            dropFragment();
            throw e;
        } finally {
            if (packet.marker()) {
                deliver(listener);
            }
        }
    }

    @Override
    public void onLoss() {
        lost = true;
    }

    @Override
    public void flush(Listener listener) {
        if (inUnit) {
            damaged |= lost;
            deliver(listener);
        }
        lost = false;
    }

    private void elements(RtpPacket packet) throws MalformedException {
        ByteReader in = new ByteReader(packet.data(), packet.payloadOffset(), packet.payloadLength());
        int header = in.u8();
        boolean continues = (header & 0x80) != 0;
        boolean continued = (header & 0x40) != 0;
        int count = header >> 4 & 3;
        if (inFragment && !continues) {
            damaged = true; // the sender gave the OBU up
            dropFragment();
        }
        for (int element = 1; in.remaining() > 0; element++) {
            boolean last = element == count;
            int length = last ? in.remaining() : Obu.leb128(in);
            int offset = packet.payloadOffset() + in.position();
            in.skip(length);
            boolean toBeContinued = continued && in.remaining() == 0;
            element(packet.data(), offset, length, continues && element == 1, toBeContinued);
        }
    }

    private void element(byte[] data, int offset, int length, boolean continues, boolean continued)
            throws MalformedException {
        if (continues && !inFragment) {
            damaged = true; // its head is missing
            return;
        }
        if (unit.size() + fragment.size() + length > MAX_FRAME_BYTES) {
            throw new MalformedException("av1: frame too large", -1);
        }
        if (continues || continued) {
            fragment.bytes(data, offset, length);
            inFragment = true;
            if (!continued) {
                byte[] whole = fragment.array();
                int size = fragment.size();
                dropFragment();
                unit.add(whole, 0, size);
            }
        } else if (length > 0) {
            unit.add(data, offset, length);
        }
    }

    private void dropFragment() {
        inFragment = false;
        fragment.reset();
    }

    private void deliver(Listener listener) {
        boolean incomplete = damaged || inFragment;
        if (unit.hasFrames()) {
            boolean keyFrame = unit.keyFrame();
            listener.onFrame(new MediaFrame(unit.toByteArray(), timestamp, 0, keyFrame, unit.config(), incomplete));
        }
        unit.reset();
        dropFragment();
        inUnit = false;
        damaged = false;
    }
}
