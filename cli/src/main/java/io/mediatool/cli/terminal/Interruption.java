package io.mediatool.cli.terminal;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Ctrl-C and SIGTERM: asks the running command to finish, waits for it, and then ends the process with the command's own
 * exit code rather than the signal's.
 */
public final class Interruption {
    /** A disk that takes longer than this to finish a file is given up. */
    private static final long DEADLINE_S = 60;

    private final CountDownLatch finished = new CountDownLatch(1);
    private volatile @Nullable Runnable stop;
    private volatile int exitCode = ExitCode.OK;

    /** Starts listening to signals; once in a process. */
    public void install() {
        Runtime.getRuntime().addShutdownHook(new Thread(this::onShutdown, "mediatool-interruption"));
    }

    /** From now on a signal calls {@code stop}, on another thread, once at most. */
    public void onSignal(Runnable stop) {
        this.stop = stop;
    }

    /** Everything is finished and printed; the process may end with {@code code}. */
    public void finished(int code) {
        exitCode = code;
        stop = null;
        finished.countDown();
    }

    private void onShutdown() {
        Runnable running = stop;
        if (running == null) {
            return;
        }
        running.run();
        try {
            if (!finished.await(DEADLINE_S, TimeUnit.SECONDS)) {
                exitCode = ExitCode.FAILED;
            }
        } catch (InterruptedException e) {
            exitCode = ExitCode.FAILED;
        }
        System.out.flush();
        System.err.flush();
        Runtime.getRuntime().halt(exitCode);
    }
}
