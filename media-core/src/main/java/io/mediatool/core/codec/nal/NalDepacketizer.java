package io.mediatool.core.codec.nal;

import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.codec.Depacketizer;
import io.mediatool.core.rtp.RtpPacket;

/** Takes NAL units out of packets, whatever the payload format; where frames end, {@link AccessUnitAssembler} decides. */
public final class NalDepacketizer implements Depacketizer {
    private final AccessUnitAssembler units;
    private final Payloads payloads;

    /** A payload format. */
    public interface Payloads {
        /**
         * Hands the NAL units of one payload, which is not empty, to {@code units}: {@link AccessUnitAssembler#begin} first, and
         * not before the payload has been checked.
         */
        void read(byte[] data, int offset, int length, long timestamp, AccessUnitAssembler units, Listener listener)
                throws MalformedException;
    }

    public NalDepacketizer(AccessUnitAssembler units, Payloads payloads) {
        this.units = units;
        this.payloads = payloads;
    }

    @Override
    public void onPacket(RtpPacket packet, long timestamp, Listener listener) throws MalformedException {
        if (packet.payloadLength() == 0) {
            return; // padding that probes bandwidth
        }
        boolean taken = false;
        try {
            payloads.read(packet.data(), packet.payloadOffset(), packet.payloadLength(), timestamp, units, listener);
            units.end(packet.marker(), listener);
            taken = true;
        } finally {
            if (!taken) {
                units.loss();
            }
        }
    }

    @Override
    public void onLoss() {
        units.loss();
    }

    @Override
    public void flush(Listener listener) {
        units.flush(listener);
    }
}
