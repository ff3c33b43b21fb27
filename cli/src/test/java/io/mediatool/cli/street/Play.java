package io.mediatool.cli.street;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** {@code mediatool play} of a file to ports of its own, and who receives it. */
final class Play {
    private static final int PORTS_A_TARGET = 4;

    private final Path directory;
    private final Path file;
    private final List<String> options;
    private final int port;
    private final int targets;

    Play(Path directory, Path file, String... options) {
        this(directory, file, 1, options);
    }

    /** To several targets at once. */
    Play(Path directory, Path file, int targets, String... options) {
        this.directory = directory;
        this.file = file;
        this.options = List.of(options);
        this.targets = targets;
        this.port = Street.freePorts(2 * targets);
    }

    int port() {
        return port(0);
    }

    /** The first of the four ports of a target: pictures, their RTCP, sound, its RTCP. */
    int port(int target) {
        return port + PORTS_A_TARGET * target;
    }

    /** The description of what is played, made by playing a single frame into the void. */
    Path sdp() {
        Path sdp = directory.resolve("play.sdp");
        run("--sdp", sdp.toString(), "--duration", "40ms", "--quiet");
        return sdp;
    }

    /** The same description for each target: what {@code play} writes for the first, with the ports of the others. */
    List<Path> sdps() throws IOException {
        String first = Files.readString(sdp());
        var sdps = new ArrayList<Path>();
        for (int target = 0; target < targets; target++) {
            sdps.add(Files.writeString(
                    directory.resolve("play" + target + ".sdp"),
                    first.replace("m=video " + port, "m=video " + port(target))
                            .replace("m=audio " + (port + 2), "m=audio " + (port(target) + 2))));
        }
        return sdps;
    }

    /** Plays to the end. */
    Visitor run(String... more) {
        var arguments = new ArrayList<>(List.of("play", file.toString()));
        for (int target = 0; target < targets; target++) {
            arguments.add("rtp://127.0.0.1:" + port(target));
        }
        arguments.addAll(options);
        arguments.addAll(List.of(more));
        try (Visitor player = Street.mediatool(directory, arguments.toArray(String[]::new))) {
            player.assertExit(0);
            return player;
        }
    }

    /** Records what is played; BYE ends the recording. */
    Path record() {
        Path recorded = directory.resolve("recorded.mp4");
        try (Visitor recorder = Street.mediatool(
                directory, "record", sdp().toString(), "-o", recorded.toString(), "--timeout", "20s")) {
            recorder.awaitLine("listening");
            run();
            recorder.assertExit(0);
        }
        return recorded;
    }

    /** Plays to a receiver that is started before and ends by itself at BYE, or is interrupted then. */
    void to(Visitor receiver, boolean interrupt) {
        Street.awaitBound(port(), receiver);
        run();
        if (interrupt) {
            receiver.interrupt();
        }
        receiver.awaitExit(Street.SOON);
    }

    /** Plays to receivers that were started before and end by themselves at BYE. */
    void to(List<Visitor> receivers, boolean pictures, boolean sound) {
        for (int target = 0; target < targets; target++) {
            if (pictures) {
                Street.awaitBound(port(target), receivers.get(target));
            }
            if (sound) {
                Street.awaitBound(port(target) + 2, receivers.get(target));
            }
        }
        run();
        for (Visitor receiver : receivers) {
            receiver.assertExit(0);
        }
    }
}
