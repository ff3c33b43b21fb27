package io.mediatool.core.codec.nal;

import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.codec.DecoderConfig;
import io.mediatool.core.codec.MediaFrame;
import io.mediatool.core.codec.nal.NalSyntax.Role;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The NAL units of a frame as they go on the wire: those of the sample, and before key frames and changes of configuration
 * the parameter sets that the sample does not carry itself (janus#3149: receivers with the sets in SDP only stay black).
 */
public final class OutgoingUnits {
    private final NalSyntax syntax;
    private @Nullable DecoderConfig sent;

    public OutgoingUnits(NalSyntax syntax) {
        this.syntax = syntax;
    }

    /**
     * One NAL unit to send.
     *
     * @param data borrowed
     * @param slice whether it is coded picture data
     */
    public record Unit(byte[] data, int offset, int length, boolean slice) {}

    /**
     * The units of the next frame. Types that the payload format cannot carry are left out.
     *
     * @throws MalformedException when the sample or its configuration is broken
     */
    public List<Unit> of(MediaFrame frame) throws MalformedException {
        List<Unit> units = new ArrayList<>();
        BitSet types = new BitSet();
        NalUnits.forEach(frame.data(), (data, offset, length) -> {
            int type = syntax.type(data[offset]);
            if (length >= syntax.headerBytes() && syntax.sendable(type)) {
                units.add(unit(data, offset, length));
                types.set(type);
            }
        });
        DecoderConfig config = frame.config();
        if (config != null && !units.isEmpty() && (frame.keyFrame() || !config.equals(sent))) {
            insertSets(units, types, syntax.units(config));
            sent = config;
        }
        return units;
    }

    private void insertSets(List<Unit> units, BitSet carried, List<byte[]> sets) {
        List<Unit> inserted = new ArrayList<>();
        boolean complete = true;
        for (byte[] nal : sets) {
            int type = syntax.type(nal[0]);
            if (nal.length >= syntax.headerBytes() && syntax.sendable(type)) {
                inserted.add(unit(nal, 0, nal.length));
                complete &= carried.get(type) || syntax.role(nal, 0, nal.length) != Role.PARAMETER_SET;
            }
        }
        if (!complete) {
            Unit first = units.get(0);
            units.addAll(syntax.isDelimiter(syntax.type(first.data()[first.offset()])) ? 1 : 0, inserted);
        }
    }

    private Unit unit(byte[] data, int offset, int length) {
        Role role = syntax.role(data, offset, length);
        return new Unit(data, offset, length, role == Role.SLICE || role == Role.KEY_SLICE);
    }
}
