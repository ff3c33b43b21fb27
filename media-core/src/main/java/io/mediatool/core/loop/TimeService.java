package io.mediatool.core.loop;

/** Where machines that live on a loop get their alarms. Single-threaded: called and calling on the loop's thread. */
public interface TimeService {

    /** The monotonic time of this turn in nanoseconds: the same value until the turn ends. */
    long nowNs();

    /**
     * Calls {@code task} once, at {@code deadlineNs} or as soon after it as the loop gets there.
     *
     * @return a handle to cancel it
     */
    Timer schedule(long deadlineNs, Task task);

    /** What a timer runs. */
    interface Task {
        void run(long nowNs);
    }
}
