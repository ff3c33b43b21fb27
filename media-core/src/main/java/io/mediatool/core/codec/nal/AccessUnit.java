package io.mediatool.core.codec.nal;

import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.codec.DecoderConfig;
import io.mediatool.core.codec.MediaFrame;
import io.mediatool.core.codec.nal.NalSyntax.Role;
import io.mediatool.core.codec.nal.NalSyntax.SliceHead;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The access unit under construction and the parameter sets in force.
 *
 * <p>A parameter set that comes before the first slice goes in force at once, one after it with the next access unit
 * (H.264 §7.4.1.2.1). Either way it leaves the sample and lives in the frame's configuration, so that samples suit avc1 and
 * hvc1; a set that cannot be read or is one too many stays in the sample. No other NAL unit is touched.
 */
final class AccessUnit {
    private static final int MAX_LATE_SETS = 64;

    private final NalSyntax syntax;
    private final ParameterSets sets;
    private final NalBuffer buffer = new NalBuffer();
    private final List<ParameterSet> lateSets = new ArrayList<>();
    private boolean slices;
    private boolean keySlices;
    private boolean recoveryPoint;
    private boolean onlyIntra = true;
    private boolean damaged;
    private boolean keyFrameSeen;
    private int activePps = -1;
    private int configuredVersion = -1;
    private int configuredPps = -1;
    private @Nullable DecoderConfig config;

    AccessUnit(NalSyntax syntax, ParameterSets sets) {
        this.syntax = syntax;
        this.sets = sets;
    }

    boolean hasSlices() {
        return slices;
    }

    boolean fragmentOpen() {
        return buffer.isOpen();
    }

    void markDamaged() {
        damaged = true;
    }

    /** Opens a NAL unit that comes in pieces. */
    void open() throws MalformedException {
        abandonFragment();
        if (!buffer.open()) {
            throw full();
        }
    }

    void append(byte[] data, int offset, int length) throws MalformedException {
        if (!buffer.append(data, offset, length)) {
            throw full();
        }
    }

    /**
     * Ends the NAL unit.
     *
     * @param headExpected whether the picture's first slice may be missing, to be judged by this one
     */
    void close(boolean headExpected) {
        byte[] data = buffer.array();
        int offset = buffer.openOffset();
        int length = buffer.openLength();
        if (length < syntax.headerBytes()) {
            buffer.abandon();
            return;
        }
        Role role = syntax.role(data, offset, length);
        switch (role) {
            case SLICE, KEY_SLICE -> onSlice(role, syntax.sliceHead(data, offset, length), headExpected);
            case RECOVERY_POINT -> recoveryPoint = true;
            case PARAMETER_SET -> {
                if (takeSet(Arrays.copyOfRange(data, offset, offset + length))) {
                    buffer.abandon();
                    return;
                }
            }
            case OTHER -> {}
        }
        buffer.close();
    }

    /** Drops a NAL unit whose rest will not come. */
    void abandonFragment() {
        if (buffer.isOpen()) {
            buffer.abandon();
            damaged = true;
        }
    }

    /**
     * Ends the access unit. One without slices is no frame: its NAL units begin the next one, unless its slices were lost.
     *
     * <p>Key frames are those of key slices. Until the first of them, a recovery point or a picture of intra slices counts too:
     * streams of gradual refresh or open groups of pictures have nothing better, and must be recordable.
     */
    @Nullable MediaFrame finish(long timestamp) {
        abandonFragment();
        MediaFrame frame = null;
        if (slices) {
            boolean key = keySlices || !keyFrameSeen && (recoveryPoint || onlyIntra && !damaged);
            keyFrameSeen |= keySlices;
            frame = new MediaFrame(buffer.toByteArray(), timestamp, 0, key, configure(), damaged);
        }
        if (slices || damaged) {
            buffer.reset();
            recoveryPoint = false;
        }
        slices = false;
        keySlices = false;
        onlyIntra = true;
        damaged = false;
        putLateSets();
        return frame;
    }

    private void onSlice(Role role, @Nullable SliceHead head, boolean headExpected) {
        if (head != null) {
            if (!slices && headExpected && !head.first()) {
                damaged = true;
            }
            activePps = head.ppsId();
        }
        onlyIntra &= head != null && head.intra();
        keySlices |= role == Role.KEY_SLICE;
        slices = true;
    }

    private boolean takeSet(byte[] nal) {
        ParameterSet set;
        try {
            set = syntax.parameterSet(nal);
        } catch (MalformedException e) {
            return false; // kept in band: perhaps the decoder knows more than we do
        }
        if (!slices) {
            return sets.put(set, syntax.maxSets(set.type()));
        }
        return lateSets.size() < MAX_LATE_SETS && lateSets.add(set);
    }

    private void putLateSets() {
        for (ParameterSet set : lateSets) {
            if (!sets.put(set, syntax.maxSets(set.type())) && buffer.open()) {
                if (buffer.append(set.nal(), 0, set.nal().length)) {
                    buffer.close();
                } else {
                    buffer.abandon();
                }
            }
        }
        lateSets.clear();
    }

    private @Nullable DecoderConfig configure() {
        if (configuredVersion != sets.version() || configuredPps != activePps) {
            configuredVersion = sets.version();
            configuredPps = activePps;
            DecoderConfig now = syntax.config(sets, activePps);
            if (now != null && !now.equals(config)) {
                config = now;
            }
        }
        return config;
    }

    private MalformedException full() {
        buffer.abandon();
        damaged = true;
        return new MalformedException("nal: access unit too large", -1);
    }
}
