package io.mediatool.core.loop;

/** A scheduled task. */
public interface Timer {
    /** Makes sure it does not run (again); harmless when it already ran. */
    void cancel();
}
