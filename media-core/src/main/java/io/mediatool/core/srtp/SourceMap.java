package io.mediatool.core.srtp;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** SSRC to source without boxing: open addressing, at most half full, never shrinking, bounded. */
final class SourceMap {
    /** More than a hundred tracks with simulcast and RTX; beyond it new ones are refused, because forgetting one would allow replays. */
    static final int MAX_SOURCES = 1_024;

    private int[] keys = new int[16];
    private @Nullable SrtpSource[] values = new SrtpSource[16];
    private int size;

    @Nullable SrtpSource get(int ssrc) {
        int mask = keys.length - 1;
        for (int at = slot(ssrc, mask); ; at = at + 1 & mask) {
            SrtpSource value = values[at];
            if (value == null || keys[at] == ssrc) {
                return value;
            }
        }
    }

    /** Whether one more fits. */
    boolean hasRoom() {
        return size < MAX_SOURCES;
    }

    SrtpSource add(int ssrc) {
        if (2 * (size + 1) > keys.length) {
            grow();
        }
        SrtpSource source = new SrtpSource();
        put(ssrc, source);
        size++;
        return source;
    }

    /** Names itself, its arrays and what its sources use for RTP. */
    void addTo(Consumer<Object> parts) {
        parts.accept(this);
        parts.accept(keys);
        parts.accept(values);
        for (SrtpSource source : values) {
            if (source != null) {
                source.addTo(parts);
            }
        }
    }

    private void put(int ssrc, SrtpSource source) {
        int mask = keys.length - 1;
        int at = slot(ssrc, mask);
        while (values[at] != null) {
            at = at + 1 & mask;
        }
        keys[at] = ssrc;
        values[at] = source;
    }

    private void grow() {
        int[] oldKeys = keys;
        @Nullable SrtpSource[] oldValues = values;
        keys = new int[2 * oldKeys.length];
        values = new SrtpSource[2 * oldKeys.length];
        for (int i = 0; i < oldKeys.length; i++) {
            SrtpSource value = oldValues[i];
            if (value != null) {
                put(oldKeys[i], value);
            }
        }
    }

    /** SSRCs are random, but the peer chooses them: only its own session gets slow. */
    private static int slot(int ssrc, int mask) {
        int mixed = ssrc * 0x9e37_79b9;
        return (mixed ^ mixed >>> 16) & mask;
    }
}
