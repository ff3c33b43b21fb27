package io.mediatool.core.bits;

/** How long tests go on with random harm: {@code -Dmediatool.hostility=10} makes all of them ten times as long. */
public final class Hostility {
    private static final double SCALE = Double.parseDouble(System.getProperty("mediatool.hostility", "1"));

    private Hostility() {}

    /** {@code usual} in a normal run. */
    public static int rounds(int usual) {
        return (int) Math.max(1, Math.min(Integer.MAX_VALUE, usual * SCALE));
    }
}
