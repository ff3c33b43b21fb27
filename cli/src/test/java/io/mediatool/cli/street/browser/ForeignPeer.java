package io.mediatool.cli.street.browser;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mediatool.cli.street.Street;
import io.mediatool.cli.street.Visitor;
import io.mediatool.cli.street.browser.PlayedLoop.Seen;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A client of another WebRTC stack, which a script among the resources drives: it publishes test cards and a tone, or tells what it sees and hears. */
final class ForeignPeer implements AutoCloseable {
    /** The system's own Python: another one does not know the system's packages. */
    private static final String PYTHON = "/usr/bin/python3";

    private static final String SHARED = "peers.py";
    private static final int PICTURES = 45;
    /** Numbers that may go by unseen: a publisher that gets no processor draws fewer of its cards. */
    private static final int SLACK = 300;

    private static final long LOOK_AGAIN_NS = 100_000_000;

    private final Visitor visitor;

    private ForeignPeer(Visitor visitor) {
        this.visitor = visitor;
    }

    /** Starts {@code script} with {@code words}. */
    static ForeignPeer start(Path directory, String script, String... words) throws IOException {
        for (String each : List.of(SHARED, script)) {
            if (Files.notExists(directory.resolve(each))) { // another peer may just be reading it
                Files.writeString(directory.resolve(each), Serve.resource(each));
            }
        }
        var command = new ArrayList<>(List.of(PYTHON, directory.resolve(script).toString()));
        command.addAll(List.of(words));
        return new ForeignPeer(Visitor.start(directory, command));
    }

    void awaitConnected() {
        visitor.awaitLine("state connected");
    }

    /** Waits for a line of its own. */
    void awaitLine(String regex) {
        visitor.awaitLine(regex);
    }

    /** It sees test cards of 320 by 180 in order, all readable, and hears something. */
    void assertPerceives() {
        assertPerceives(0);
    }

    /** @param unreadable what part of its pictures may be, where the publisher's encoder leaves details out */
    void assertPerceives(double unreadable) {
        visitor.awaitLine("sound -[1-5]?[0-9]\\.");
        visitor.awaitLine("picture [0-9]");
        int enough = numbers().get(0) + PICTURES;
        String later = IntStream.range(enough, enough + SLACK)
                .mapToObj(String::valueOf)
                .collect(Collectors.joining("|"));
        visitor.awaitLine("picture (" + later + ") 320x180 ");
        List<Integer> numbers = numbers();
        assertEquals(numbers.stream().sorted().toList(), numbers, visitor.story());
        long unread = visitor.out()
                .lines()
                .filter(line -> line.startsWith("picture None "))
                .count();
        assertTrue(unread <= unreadable * numbers.size(), visitor.story());
    }

    private List<Integer> numbers() {
        return visitor.out()
                .lines()
                .filter(line -> line.matches("picture [0-9].*"))
                .map(line -> Integer.valueOf(line.split(" ")[1]))
                .toList();
    }

    /** Every picture that it has decoded, -1 where the number cannot be read. GStreamer's tells when. */
    List<Seen> seen() {
        return visitor.out()
                .lines()
                .filter(line -> line.matches("picture .* .* .*"))
                .map(line -> line.split(" "))
                .map(words -> new Seen(
                        "None".equals(words[1]) ? -1 : Integer.parseInt(words[1]), Double.parseDouble(words[3])))
                .toList();
    }

    void awaitSeen(Predicate<List<Seen>> enough) {
        long endNs = System.nanoTime() + Street.SOON.toNanos();
        while (!enough.test(seen())) {
            if (System.nanoTime() > endNs) {
                throw new AssertionError("it did not see enough\n" + visitor.story());
            }
            LockSupport.parkNanos(LOOK_AGAIN_NS);
        }
    }

    /** It deletes its session and goes. */
    void end() {
        visitor.type("");
        visitor.assertExit(0);
    }

    @Override
    public void close() {
        visitor.close();
    }
}
