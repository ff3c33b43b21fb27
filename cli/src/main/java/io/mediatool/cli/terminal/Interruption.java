package io.mediatool.cli.terminal;

import java.lang.reflect.Proxy;
import java.util.List;
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

    /** From now on each signal calls {@code stop}, on another thread: the first one shall end the command, a further one its last waiting. */
    public void onSignal(Runnable stop) {
        this.stop = stop;
    }

    /** Everything is finished and printed; the process may end with {@code code}. */
    public void finished(int code) {
        exitCode = code;
        stop = null;
        finished.countDown();
    }

    /**
     * The JDK drops signals once it is shutting down. What listens to them has no supported name, and is looked up only now, so that no
     * command starts later for it.
     */
    private void listenOn() {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Object again = Proxy.newProxyInstance(
                    handler.getClassLoader(), new Class<?>[] {handler}, (proxy, method, arguments) -> {
                        Runnable running = stop;
                        if (method.getName().equals("handle") && running != null) {
                            running.run();
                        }
                        return null;
                    });
            for (String name : List.of("INT", "TERM")) {
                signal.getMethod("handle", signal, handler)
                        .invoke(null, signal.getConstructor(String.class).newInstance(name), again);
            }
        } catch (ReflectiveOperationException | RuntimeException e) {
            return; // another JDK: the end waits as long as it waits
        }
    }

    private void onShutdown() {
        Runnable running = stop;
        if (running == null) {
            return;
        }
        running.run();
        listenOn();
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
