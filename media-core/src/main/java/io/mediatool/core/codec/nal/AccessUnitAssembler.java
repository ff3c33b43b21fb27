package io.mediatool.core.codec.nal;

import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.codec.Depacketizer.Listener;
import io.mediatool.core.codec.MediaFrame;
import io.mediatool.core.codec.nal.NalSyntax.Role;
import java.util.ArrayList;
import java.util.List;

/**
 * Decides where access units begin and end, and delivers them as frames. Every packet is one {@link #begin}, its NAL units
 * or a piece of one, and one {@link #end}.
 *
 * <p>A change of timestamp always ends the frame; senders that never set the marker are served by that. Within one timestamp a
 * slice that must be the first of another picture ends it (FFmpeg sends a raw stream with one timestamp throughout): then
 * frames do share a timestamp, because they came so. Everything else of one timestamp is one frame, also the two fields of an
 * interlaced one, as every MP4 writer of the field has it.
 *
 * <p>Whether the marker alone ends a frame must be earned, for there are senders that set it on every slice, on parameter
 * sets, or on each field. While a source has not yet set {@value #HONEST_MARKERS} markers that nothing of the same picture
 * followed, and for ever once one was followed, frames wait for the packet after them. Otherwise the marker delivers at once.
 * A source that turns dishonest after that has one frame split in two of the same timestamp; nothing is lost.
 *
 * <p>NAL units with a timestamp but no slice of their own (a camera's SPS and PPS) begin the next frame.
 */
public final class AccessUnitAssembler {
    private static final int HONEST_MARKERS = 4;
    private static final int DISHONEST = -1;

    private final AccessUnit unit;
    private final List<MediaFrame> ready = new ArrayList<>();
    private long timestamp;
    private boolean started;
    private boolean markerSeen;
    private boolean delivered;
    private boolean lossBefore;
    private boolean headUncertain = true;
    private int fragmentType = -1;
    private int honestMarkers;

    /**
     * @param syntax the codec
     * @param sets those known beforehand; owned by the assembler from now on
     */
    public AccessUnitAssembler(NalSyntax syntax, ParameterSets sets) {
        this.unit = new AccessUnit(syntax, sets);
    }

    /**
     * A packet of this timestamp comes next. Delivers the frame before it when the timestamp is another.
     *
     * @param timestamp 64 bits, as in {@link MediaFrame#timestamp()}
     */
    public void begin(long timestamp, Listener listener) {
        deliverReady(listener);
        if (!started) {
            started = true;
        } else if (timestamp == this.timestamp) {
            onSameTimestamp();
        } else {
            onOtherTimestamp(listener);
        }
        this.timestamp = timestamp;
        lossBefore = false;
    }

    /** Adds a whole NAL unit, borrowed. */
    public void nal(byte[] data, int offset, int length) throws MalformedException {
        unit.open();
        unit.append(data, offset, length);
        close();
    }

    /**
     * Starts a NAL unit that comes in pieces.
     *
     * @param header its NAL unit header, first byte highest
     * @param headerBytes how many bytes of it
     * @param type the NAL unit type, which every further piece must repeat
     */
    public void fragmentStart(int header, int headerBytes, int type) throws MalformedException {
        unit.open();
        byte[] bytes = {(byte) (header >> 8), (byte) header};
        unit.append(bytes, bytes.length - headerBytes, headerBytes);
        fragmentType = type;
    }

    /**
     * Adds a piece. Without the pieces before it, it is dropped and the frame damaged.
     *
     * @param type as given to {@link #fragmentStart}
     * @param last whether the NAL unit ends with it
     */
    public void fragment(int type, byte[] data, int offset, int length, boolean last) throws MalformedException {
        if (!unit.fragmentOpen()) {
            unit.markDamaged();
            return;
        }
        if (type != fragmentType) {
            unit.abandonFragment();
            throw new MalformedException("nal: fragment of another type", -1);
        }
        unit.append(data, offset, length);
        if (last) {
            close();
        }
    }

    /** The packet is used up. */
    public void end(boolean marker, Listener listener) {
        deliverReady(listener);
        // A marker before the first slice is a camera's that sets it on SPS, PPS and SEI.
        if (!marker || !unit.hasSlices()) {
            return;
        }
        markerSeen = true;
        if (honestMarkers >= HONEST_MARKERS && !unit.fragmentOpen()) {
            deliver(listener);
            delivered = true;
            headUncertain = false;
        }
    }

    /** Packets are missing here. */
    public void loss() {
        lossBefore = true;
        unit.abandonFragment();
    }

    /** Delivers what there is. The next packet may be of any timestamp. */
    public void flush(Listener listener) {
        deliverReady(listener);
        if (lossBefore && !markerSeen) {
            unit.markDamaged();
        }
        deliver(listener);
        started = false;
        delivered = false;
        markerSeen = false;
        headUncertain = true;
    }

    private void onSameTimestamp() {
        if (lossBefore && delivered) {
            headUncertain = true;
        } else if (lossBefore) {
            unit.markDamaged();
        }
    }

    private void onOtherTimestamp(Listener listener) {
        if (markerSeen) {
            countHonestMarker();
        }
        if (!delivered) {
            // Without its marker we cannot know that its tail was not among what is lost.
            if (lossBefore && !markerSeen) {
                unit.markDamaged();
            }
            deliver(listener);
        }
        delivered = false;
        markerSeen = false;
        headUncertain = lossBefore;
    }

    /** Ends a NAL unit, and learns from what it is whether the marker before it was right. */
    private void close() {
        MediaFrame ended = unit.close(headUncertain, markerSeen, timestamp);
        if (ended != null) {
            ready.add(ended);
            headUncertain = false;
        }
        Role role = unit.lastRole();
        boolean slice = role == Role.SLICE || role == Role.KEY_SLICE;
        if (markerSeen && (slice || role == Role.TRAILING)) {
            if (slice && unit.lastSliceBegins()) {
                countHonestMarker();
            } else {
                honestMarkers = DISHONEST;
            }
            markerSeen = false;
            delivered = false;
        }
    }

    private void countHonestMarker() {
        if (honestMarkers != DISHONEST && honestMarkers < HONEST_MARKERS) {
            honestMarkers++;
        }
    }

    private void deliverReady(Listener listener) {
        ready.forEach(listener::onFrame);
        ready.clear();
    }

    private void deliver(Listener listener) {
        MediaFrame frame = unit.finish(timestamp);
        if (frame != null) {
            listener.onFrame(frame);
        }
    }
}
