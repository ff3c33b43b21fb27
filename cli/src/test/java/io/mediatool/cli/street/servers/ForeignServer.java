package io.mediatool.cli.street.servers;

import io.mediatool.cli.street.Street;
import io.mediatool.cli.street.Visitor;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A WHIP and WHEP server of another stack, which a program among the resources runs. */
final class ForeignServer implements AutoCloseable {
    private static final Duration BUILD = Duration.ofMinutes(5);

    /** The stacks. */
    enum Stack {
        /** In Go; as MediaMTX answers. */
        PION,
        /** Its VideoRoom behind a front end that lets it make the offers to viewers. */
        JANUS;

        /** Pion's examples have what is watched behind a name, and most front ends before it. */
        String path(String door, String stream) {
            return this == PION ? "/" + stream + "/" + door : "/" + door + "/" + stream;
        }

        /** @param more words for its command */
        ForeignServer start(Path directory, String... more) throws IOException {
            int ports = Street.freePorts(2);
            String http = String.valueOf(ports);
            String second = String.valueOf(ports + 2);
            List<String> command = new ArrayList<>();
            if (this == PION) {
                command.addAll(List.of(PionBinary.PATH, http, second));
            } else {
                Path own = Files.createDirectories(directory.resolve("janus"));
                command.addAll(List.of("/usr/bin/python3", resource(directory, "janus-front.py"), http, second));
                command.add(own.toString());
            }
            command.addAll(List.of(more));
            return new ForeignServer(this, ports, Visitor.start(directory, command));
        }
    }

    /** Built once for all tests; Go keeps what has not changed. */
    private static final class PionBinary {
        static final String PATH = build();

        private static String build() {
            try {
                Path home = Files.createDirectories(Street.home().resolve("cli/target/pion"));
                String source = resource(home, "pion-server.go");
                Path made = home.resolve("pion-server");
                Visitor.run(
                        home,
                        BUILD,
                        "env",
                        "GO111MODULE=off",
                        "GOPATH=/usr/share/gocode",
                        "GOCACHE=" + home.resolve("cache"),
                        "CGO_ENABLED=0",
                        "go",
                        "build",
                        "-o",
                        made.toString(),
                        source);
                return made.toString();
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }
    }

    private final Stack stack;
    private final int http;
    private final Visitor process;

    private ForeignServer(Stack stack, int http, Visitor process) {
        this.stack = stack;
        this.http = http;
        this.process = process;
        process.awaitLine("^listening", Street.SOON);
    }

    private static String resource(Path directory, String name) throws IOException {
        Path file = directory.resolve(name);
        try (InputStream in = ForeignServer.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new AssertionError("no " + name);
            }
            Files.write(file, in.readAllBytes());
        }
        return file.toString();
    }

    /** Its TCP port. */
    int http() {
        return http;
    }

    String whip(String stream) {
        return whip(http, stream);
    }

    String whep(String stream) {
        return whep(http, stream);
    }

    /** Through another door that leads to its own. */
    String whip(int port, String stream) {
        return "whip+http://127.0.0.1:" + port + stack.path("whip", stream);
    }

    String whep(int port, String stream) {
        return "whep+http://127.0.0.1:" + port + stack.path("whep", stream);
    }

    String awaitLine(String regex) {
        return process.awaitLine(regex);
    }

    String story() {
        return process.story();
    }

    @Override
    public void close() {
        process.close();
    }
}
