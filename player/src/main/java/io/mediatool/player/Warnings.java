package io.mediatool.player;

import java.util.HashMap;
import java.util.Map;

/** Says the first of each kind of trouble, then the tenth, the hundredth and so on: a broken file does not fill the log. */
final class Warnings {
    private static final int MAX_KINDS = 64;

    private final Player.Listener listener;
    private final Map<String, Long> counts = new HashMap<>();

    Warnings(Player.Listener listener) {
        this.listener = listener;
    }

    /** Says {@code line} whatever was said before. */
    void say(String line) {
        listener.onWarning(line);
    }

    /**
     * One more of a kind.
     *
     * @param kind what it is about; beyond {@value #MAX_KINDS} kinds nothing is said
     */
    void count(String kind, String line) {
        if (counts.size() >= MAX_KINDS && !counts.containsKey(kind)) {
            return;
        }
        long count = counts.merge(kind, 1L, Long::sum);
        if (isPowerOfTen(count)) {
            listener.onWarning(count == 1 ? line : line + " (" + count + " times now)");
        }
    }

    private static boolean isPowerOfTen(long count) {
        long power = count;
        while (power % 10 == 0) {
            power /= 10;
        }
        return power == 1;
    }
}
