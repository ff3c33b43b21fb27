package io.mediatool.cli.option;

import io.mediatool.cli.terminal.CommandException;
import io.mediatool.cli.terminal.ExitCode;
import io.mediatool.core.signalling.client.ServerAddress;
import io.mediatool.core.signalling.session.SessionRequest;
import java.time.Duration;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How a WHIP or WHEP server is asked, and which server has a room. */
public final class ServerOptions {
    private static final String ROOM = "room:";

    private static final Pattern ROOM_ADDRESS = Pattern.compile("room:([^?]*)(\\?.*)?");

    @Option(
            names = "--server",
            paramLabel = "URL",
            description = "The 'mediatool serve' that has the rooms of room:ROOM[/STREAM] (default ${DEFAULT-VALUE}).",
            defaultValue = "http://127.0.0.1:8080")
    private String server;

    @Option(
            names = "--token",
            paramLabel = "TOKEN",
            description = "Who you are, for WHIP and WHEP servers that ask (Authorization: Bearer).")
    private @Nullable String token;

    @Option(
            names = "--reconnect",
            paramLabel = "TIME",
            description = "How long a WHIP or WHEP server may take to come back after a session has broken (default "
                    + "${DEFAULT-VALUE}; 0s: then it is over).",
            defaultValue = "30s")
    private Duration reconnect;

    /** For picocli, which sets the fields. */
    @SuppressWarnings("NullAway.Init")
    public ServerOptions() {}

    public @Nullable String token() {
        return token;
    }

    /** Nanoseconds for which a broken session is asked for again. */
    public long reconnectNs() {
        return reconnect.toNanos();
    }

    /** Whether {@code text} means a WHIP or WHEP server, or a room of {@code serve}. */
    public static boolean isServer(String text) {
        return ServerAddress.isOne(text) || text.startsWith(ROOM);
    }

    /** Whether {@code text} can only be where something is published: a WHIP server. */
    public static boolean isTarget(String text) {
        return text.regionMatches(true, 0, "whip+", 0, 5);
    }

    /** The server of an address that {@link #isServer}; {@code publishes} says which kind is wanted. */
    public ServerAddress parse(String command, String address, boolean publishes) throws CommandException {
        try {
            ServerAddress found = ServerAddress.parse(address.startsWith(ROOM) ? room(address, publishes) : address);
            if (found.publishes() == publishes) {
                return found;
            }
        } catch (IllegalArgumentException e) {
            throw new CommandException(ExitCode.USAGE, command + ": " + e.getMessage());
        }
        throw new CommandException(
                ExitCode.USAGE,
                command + ": " + address
                        + (publishes
                                ? ": WHEP is for watching; publish to whip+http://…"
                                : ": WHIP is for publishing; watch whep+http://…"));
    }

    /** Where {@code serve} has that room. */
    private String room(String address, boolean publishes) {
        Matcher parts = ROOM_ADDRESS.matcher(address);
        String[] names = parts.matches() ? parts.group(1).split("/", -1) : new String[0];
        if (names.length == 0 || names.length > 2 || !Arrays.stream(names).allMatch(SessionRequest::isName)) {
            throw new IllegalArgumentException(address
                    + ": a room looks like room:ROOM or room:ROOM/STREAM, with letters, digits, '-', '_' and '.'");
        }
        String base = server.replaceFirst("/+$", "");
        if (!base.matches("(?i)https?://[^/?#]+(/[^?#]*)?")) {
            throw new IllegalArgumentException("--server takes http://HOST[:PORT] or https://…, not '" + server + "'");
        }
        String verb = publishes ? "whip" : "whep";
        String query = parts.group(2);
        return verb + "+" + base + "/" + verb + "/" + parts.group(1) + (query == null ? "" : query);
    }
}
