package io.mediatool.cli.option;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mediatool.cli.terminal.CommandException;
import io.mediatool.cli.terminal.DurationConverter;
import io.mediatool.core.signalling.client.ServerAddress;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** Which server is meant by what is written in place of a file or an address. */
final class ServerOptionsTest {
    private static String address(String text, boolean publishes, String... options) throws CommandException {
        var server = new ServerOptions();
        new CommandLine(CommandLine.Model.CommandSpec.create()
                        .addMixin("server", CommandLine.Model.CommandSpec.forAnnotatedObject(server)))
                .registerConverter(Duration.class, new DurationConverter())
                .parseArgs(options);
        ServerAddress found = server.parse("record", text, publishes);
        assertEquals(publishes, found.publishes());
        return found.uri().toString();
    }

    @Test
    void aRoomIsAtTheServer() throws CommandException {
        assertEquals("http://127.0.0.1:8080/whep/demo", address("room:demo", false));
        assertEquals("http://127.0.0.1:8080/whip/demo", address("room:demo", true));
        assertEquals(
                "https://media.example.com/tools/whep/a.b/cam-1?wait=10s",
                address("room:a.b/cam-1?wait=10s", false, "--server", "https://media.example.com/tools/"));
        assertEquals("http://[::1]:81/whip/x", address("room:x", true, "--server=http://[::1]:81"));
    }

    @Test
    void otherServersAreNamedInFull() throws CommandException {
        assertEquals("http://h/live/a/whep", address("whep+http://h/live/a/whep", false));
        assertTrue(ServerOptions.isServer("WHIP+https://h/x"));
        assertFalse(ServerOptions.isServer("rtp://h:5004"));
        assertFalse(ServerOptions.isServer("./room:demo"));
    }

    @Test
    void whatIsNoneIsRefusedInOneLine() {
        for (String room : List.of("room:", "room:a b", "room:..", "room:a/..", "room:a/b/c", "room:ä")) {
            String line = assertThrows(CommandException.class, () -> address(room, false), room)
                    .getMessage();
            assertTrue(line.contains("a room looks like"), line);
        }
        for (String server : List.of("localhost:8080", "ftp://h", "http://", "http://h/?x", "http://h h")) {
            String line = assertThrows(
                            CommandException.class, () -> address("room:a", false, "--server", server), server)
                    .getMessage();
            assertTrue(line.startsWith("record: ") && !line.contains("\n"), line);
        }
        assertThrows(CommandException.class, () -> address("whip+http://h/x", false));
    }
}
