package io.mediatool.cli.street;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** {@code mediatool play} of a file to ports of its own, and who receives it. */
final class Play {
    private final Path directory;
    private final Path file;
    private final List<String> options;
    private final int port = Street.freePorts(2);

    Play(Path directory, Path file, String... options) {
        this.directory = directory;
        this.file = file;
        this.options = List.of(options);
    }

    int port() {
        return port;
    }

    /** The description of what is played, made by playing a single frame into the void. */
    Path sdp() {
        Path sdp = directory.resolve("play.sdp");
        run("--sdp", sdp.toString(), "--duration", "40ms", "--quiet");
        return sdp;
    }

    /** Plays to the end. */
    Visitor run(String... more) {
        var arguments = new ArrayList<>(List.of("play", file.toString(), "rtp://127.0.0.1:" + port));
        arguments.addAll(options);
        arguments.addAll(List.of(more));
        try (Visitor player = Street.mediatool(directory, arguments.toArray(String[]::new))) {
            assertEquals(0, player.awaitExit(Street.SOON), player::story);
            return player;
        }
    }

    /** Records what is played; BYE ends the recording. */
    Path record() {
        Path recorded = directory.resolve("recorded.mp4");
        try (Visitor recorder = Street.mediatool(
                directory, "record", sdp().toString(), "-o", recorded.toString(), "--timeout", "20s")) {
            recorder.awaitLine("listening", Street.SOON);
            run();
            assertEquals(0, recorder.awaitExit(Street.SOON), recorder::story);
        }
        return recorded;
    }

    /** Plays to a receiver that is started before and ends by itself at BYE, or is interrupted then. */
    void to(Visitor receiver, boolean interrupt) {
        Street.awaitBound(port, receiver);
        run();
        if (interrupt) {
            receiver.interrupt();
        }
        receiver.awaitExit(Street.SOON);
    }
}
