package io.mediatool.core.codec.nal;

import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The parameter sets of a stream that are in force: for each family and number the one that came last. Bounded: a set is at
 * most 65535 bytes (what avcC and hvcC can hold), all together at most {@value #MAX_TOTAL_BYTES}.
 */
public final class ParameterSets {
    static final int MAX_SET_BYTES = 0xffff;
    static final int MAX_TOTAL_BYTES = 256 << 10;

    private final TreeMap<Integer, ParameterSet> sets = new TreeMap<>();
    private int totalBytes;
    private int version;

    /**
     * Puts a set in force in place of the one of the same family and number.
     *
     * @param maxOfType how many of the family may be in force at once
     * @return false when it is refused, because it or the family is too large; nothing changes then
     */
    public boolean put(ParameterSet set, int maxOfType) {
        ParameterSet old = get(set.type(), set.id());
        if (old != null && Arrays.equals(old.nal(), set.nal())) {
            return true;
        }
        int newTotal = totalBytes + set.nal().length - (old == null ? 0 : old.nal().length);
        if (set.nal().length > MAX_SET_BYTES
                || newTotal > MAX_TOTAL_BYTES
                || old == null && ofType(set.type()).size() >= maxOfType) {
            return false;
        }
        sets.put(key(set.type(), set.id()), set);
        totalBytes = newTotal;
        version++;
        return true;
    }

    /** The set of this family and number, or null. */
    public @Nullable ParameterSet get(int type, int id) {
        return sets.get(key(type, id));
    }

    /** The sets of a family, by number. */
    public List<ParameterSet> ofType(int type) {
        return List.copyOf(sets.subMap(key(type, 0), key(type + 1, 0)).values());
    }

    /** Moves on with every change of content. */
    public int version() {
        return version;
    }

    private static int key(int type, int id) {
        return type << 8 | id & 0xff;
    }
}
