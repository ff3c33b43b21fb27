package io.mediatool.core.codec.aac;

import io.mediatool.core.bits.ByteWriter;
import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.codec.DecoderConfig;
import io.mediatool.core.codec.Depacketizer;
import io.mediatool.core.codec.MediaFrame;
import io.mediatool.core.rtp.RtpPacket;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * mpeg4-generic, RFC 3640: packets of whole access units, or of a piece of one. Interleaved units (§3.2.3.2) are put back
 * in order by {@link Deinterleaver}.
 */
final class GenericDepacketizer implements Depacketizer {
    private final AuHeaders headers;
    private final @Nullable DecoderConfig config;
    private final int duration;
    private final ByteWriter fragment = new ByteWriter(1024);
    private final Deinterleaver order = new Deinterleaver();
    private int fragmentSize;
    private long fragmentTimestamp;

    /**
     * @param duration of one frame, in units of the clock
     */
    GenericDepacketizer(AuHeaders headers, @Nullable DecoderConfig config, int duration) {
        this.headers = headers;
        this.config = config;
        this.duration = duration;
    }

    @Override
    public void onPacket(RtpPacket packet, long timestamp, Listener listener) throws MalformedException {
        if (packet.payloadLength() == 0) {
            return;
        }
        AuHeaders.Section section;
        try {
            section = headers.read(packet.data(), packet.payloadOffset(), packet.payloadLength());
            if (section.units().isEmpty()) {
                throw new MalformedException("aac: no AU header", 0);
            }
        } catch (MalformedException e) {
            dropFragment();
            throw e;
        }
        int at = packet.payloadOffset() + section.length();
        int left = packet.payloadLength() - section.length();
        AuHeaders.AccessUnit first = section.units().get(0);
        if (section.units().size() == 1 && isFragment(first, left, packet.marker())) {
            fragment(packet, timestamp, first.size(), at, listener);
            return;
        }
        dropFragment();
        order.onPacket(timestamp, section.interleaved(), listener);
        for (AuHeaders.AccessUnit unit : section.units()) {
            int size = unit.size() < 0 ? left : unit.size();
            if (size > left) {
                throw new MalformedException("aac: access unit exceeds packet", at - packet.payloadOffset());
            }
            deliver(
                    Arrays.copyOfRange(packet.data(), at, at + size),
                    timestamp + (long) unit.serial() * duration,
                    listener);
            at += size;
            left -= size;
        }
    }

    @Override
    public void onLoss() {
        dropFragment();
    }

    @Override
    public void flush(Listener listener) {
        dropFragment();
        order.flush(listener);
    }

    /** A piece says the size of the whole (§3.2.3.1); without sizes only the marker tells the last from the others. */
    private boolean isFragment(AuHeaders.AccessUnit unit, int left, boolean marker) {
        return unit.size() < 0 ? !marker || fragment.size() > 0 : unit.size() > left;
    }

    private void fragment(RtpPacket packet, long timestamp, int size, int at, Listener listener)
            throws MalformedException {
        int length = packet.payloadOffset() + packet.payloadLength() - at;
        if (fragment.size() > 0 && (timestamp != fragmentTimestamp || size != fragmentSize)) {
            dropFragment();
        }
        if (fragment.size() + length > (size < 0 ? MAX_FRAME_BYTES : size)) {
            dropFragment();
            throw new MalformedException("aac: pieces exceed access unit", at - packet.payloadOffset());
        }
        fragmentTimestamp = timestamp;
        fragmentSize = size;
        fragment.bytes(packet.data(), at, length);
        if (size < 0 ? packet.marker() : fragment.size() == size) {
            byte[] whole = fragment.toByteArray();
            dropFragment();
            order.onPacket(timestamp, false, listener);
            deliver(whole, timestamp, listener);
        }
    }

    private void deliver(byte[] unit, long timestamp, Listener listener) {
        if (unit.length > 0) {
            order.onFrame(new MediaFrame(unit, timestamp, duration, true, config, false), listener);
        }
    }

    private void dropFragment() {
        fragment.reset();
    }
}
