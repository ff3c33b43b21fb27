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
    /** Where the next access unit would begin if its first slice came now; -1 when with that slice. */
    private int boundary = -1;

    private boolean recoveryPointAhead;
    private boolean damaged;
    private Role lastRole = Role.OTHER;
    private boolean lastSliceBegins;
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

    /** Role of the NAL unit that came last. */
    Role lastRole() {
        return lastRole;
    }

    /** Whether that was a slice which, after a marker or another slice, began an access unit. */
    boolean lastSliceBegins() {
        return lastSliceBegins;
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
     * @param afterMarker whether a marker said that the access unit is complete
     * @param timestamp of the access unit under way
     * @return that access unit when this NAL unit is the first slice of another, else null
     */
    @Nullable MediaFrame close(boolean headExpected, boolean afterMarker, long timestamp) {
        byte[] data = buffer.array();
        int offset = buffer.openOffset();
        int length = buffer.openLength();
        if (length < syntax.headerBytes()) {
            buffer.abandon();
            lastRole = Role.OTHER;
            return null;
        }
        MediaFrame ended = null;
        Role role = syntax.role(data, offset, length);
        lastRole = role;
        switch (role) {
            case SLICE, KEY_SLICE -> {
                SliceHead head = syntax.sliceHead(data, offset, length);
                // Asked only when it matters: the answer takes a look into the sets.
                lastSliceBegins = (slices || afterMarker) && head != null && syntax.beginsAccessUnit(head, sets);
                if (slices && lastSliceBegins) {
                    ended = split(timestamp);
                }
                onSlice(role, head, headExpected);
            }
            case RECOVERY_POINT -> {
                markBoundary();
                recoveryPointAhead = true;
            }
            case PARAMETER_SET -> {
                markBoundary();
                if (takeSet(Arrays.copyOfRange(data, offset, offset + length))) {
                    buffer.abandon();
                    return null;
                }
            }
            case OTHER -> markBoundary();
            case TRAILING -> {}
        }
        buffer.close();
        return ended;
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
        MediaFrame frame = slices ? frame(buffer.end(), timestamp) : null;
        if (slices || damaged) {
            buffer.reset();
            recoveryPointAhead = false;
        }
        startNext();
        return frame;
    }

    /** The NAL units behind the boundary, the open one among them, stay and begin the next access unit. */
    private MediaFrame split(long timestamp) {
        MediaFrame frame = frame(boundary >= 0 ? boundary : buffer.end(), timestamp);
        startNext();
        return frame;
    }

    private MediaFrame frame(int end, long timestamp) {
        boolean key = keySlices || !keyFrameSeen && (recoveryPoint || onlyIntra && !damaged);
        keyFrameSeen |= keySlices;
        return new MediaFrame(buffer.take(end), timestamp, 0, key, configure(), damaged);
    }

    private void startNext() {
        slices = false;
        keySlices = false;
        recoveryPoint = false;
        onlyIntra = true;
        damaged = false;
        boundary = -1;
        putLateSets();
    }

    private void markBoundary() {
        if (slices && boundary < 0) {
            boundary = buffer.end();
        }
    }

    private void onSlice(Role role, @Nullable SliceHead head, boolean headExpected) {
        if (head != null) {
            if (!slices && headExpected && !head.first()) {
                damaged = true;
            }
            activePps = head.ppsId();
        }
        recoveryPoint |= recoveryPointAhead;
        recoveryPointAhead = false;
        boundary = -1;
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
        List<ParameterSet> refused = new ArrayList<>();
        for (ParameterSet set : lateSets) {
            if (!sets.put(set, syntax.maxSets(set.type()))) {
                refused.add(set);
            }
        }
        lateSets.clear();
        if (buffer.isOpen()) {
            lateSets.addAll(refused); // nothing goes before the slice that is being added; they wait
            return;
        }
        for (ParameterSet set : refused) {
            if (buffer.open()) {
                if (buffer.append(set.nal(), 0, set.nal().length)) {
                    buffer.close();
                } else {
                    buffer.abandon();
                }
            }
        }
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
