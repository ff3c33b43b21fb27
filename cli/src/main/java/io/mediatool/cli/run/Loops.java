package io.mediatool.cli.run;

import io.mediatool.cli.terminal.Console;
import io.mediatool.core.loop.EventLoop;
import io.mediatool.core.loop.EventLoops;

/** Opens the event loop of a run. */
public final class Loops {
    private Loops() {}

    /** A loop whose bugs are told to the user, one line each. */
    public static EventLoop open(Console console) {
        return open(console, EventLoops.engine());
    }

    /** Likewise, for one who sends next to nothing. */
    public static EventLoop openReceiving(Console console) {
        return open(console, EventLoops.receivingEngine());
    }

    private static EventLoop open(Console console, EventLoops.Engine engine) {
        return EventLoops.open(
                "media",
                bug -> {
                    console.error("internal error: " + bug + " (please report it; MEDIATOOL_DEBUG=1 shows where)");
                    if (System.getenv("MEDIATOOL_DEBUG") != null) {
                        bug.printStackTrace();
                    }
                },
                engine);
    }
}
