package io.mediatool.cli.street;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Two machines on one wire: network namespaces of their own, joined by a pair of interfaces that know multicast, as the loopback
 * interface does not. They are gone when it is closed. Needs root.
 */
final class Wire implements AutoCloseable {
    static final String NEAR = "wire0";
    static final String FAR = "wire1";

    private final Path directory;
    private final Visitor near;
    private final Visitor far;

    Wire(Path directory) {
        this.directory = directory;
        this.near = machine(directory);
        this.far = machine(directory);
        near("ip", "link", "add", NEAR, "type", "veth", "peer", "name", FAR, "netns", Long.toString(far.pid()));
        configure(near, NEAR, 1);
        configure(far, FAR, 2);
    }

    private static Visitor machine(Path directory) {
        Visitor visitor =
                Visitor.start(directory, "unshare", "-n", "sh", "-c", "ip link set lo up && echo up && exec cat");
        try {
            visitor.awaitLine("^up$");
        } catch (AssertionError e) {
            visitor.close();
            throw new AssertionError(
                    "multicast is tested in network namespaces of its own, and they need root and CAP_SYS_ADMIN\n"
                            + visitor.story());
        }
        return visitor;
    }

    private void configure(Visitor machine, String name, int host) {
        run(machine, "ip", "addr", "add", "10.98.76." + host + "/24", "dev", name);
        run(machine, "ip", "-6", "addr", "add", "fd98:76::" + host + "/64", "dev", name, "nodad");
        run(machine, "ip", "link", "set", name, "up");
        run(machine, "ip", "route", "add", "224.0.0.0/4", "dev", name);
    }

    /** Runs a program on the near machine to its end. */
    void near(String... command) {
        run(near, command);
    }

    /** Starts {@code mediatool} on the near machine. */
    Visitor nearMediatool(List<String> arguments) {
        return mediatool(near, arguments);
    }

    /** Starts {@code mediatool} on the far machine. */
    Visitor farMediatool(List<String> arguments) {
        return mediatool(far, arguments);
    }

    private Visitor mediatool(Visitor machine, List<String> arguments) {
        var command = new ArrayList<>(enter(machine));
        command.add(Street.launcher());
        command.addAll(arguments);
        return Visitor.start(directory, command);
    }

    private void run(Visitor machine, String... command) {
        var words = new ArrayList<>(enter(machine));
        words.addAll(List.of(command));
        Visitor.run(directory, Street.SOON, words.toArray(String[]::new));
    }

    private static List<String> enter(Visitor machine) {
        return List.of("nsenter", "--net=/proc/" + machine.pid() + "/ns/net");
    }

    @Override
    public void close() {
        near.close();
        far.close();
    }
}
