package io.mediatool.recorder.time;

/** Spends a shift little by little: at most one tick in two hundred (0.5 %), which nobody hears or sees. */
final class RateChange {
    private static final int ONE_IN = 200;

    private long left;
    private long credit;

    void set(long ticks) {
        left = ticks;
    }

    boolean isActive() {
        return left != 0;
    }

    /** How many ticks to add now that time goes on by {@code step}; {@code -step/200} to {@code step/200}. */
    long next(long step) {
        if (left == 0) {
            credit = 0;
            return 0;
        }
        credit += Math.min(step, 1L << 32);
        long most = credit / ONE_IN;
        credit -= most * ONE_IN;
        long ticks = Math.max(-most, Math.min(most, left));
        left -= ticks;
        return ticks;
    }
}
