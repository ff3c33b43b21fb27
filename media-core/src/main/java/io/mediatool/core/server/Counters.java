package io.mediatool.core.server;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/** Counters by the names that statistics and metrics give them. Not for two threads at once. */
public final class Counters {
    private final Map<String, Double> values = new TreeMap<>();

    /** Adds to what there is of that name. */
    public void add(String name, long value) {
        values.merge(name, (double) value, Double::sum);
    }

    /** Keeps the greatest of that name. */
    public void max(String name, double value) {
        values.merge(name, value, Math::max);
    }

    /** A copy, by name. */
    public Map<String, Double> values() {
        return Collections.unmodifiableMap(new TreeMap<>(values));
    }
}
