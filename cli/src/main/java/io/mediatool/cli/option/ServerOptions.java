package io.mediatool.cli.option;

import io.mediatool.cli.terminal.CommandException;
import io.mediatool.cli.terminal.ExitCode;
import io.mediatool.core.signalling.client.ServerAddress;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How a WHIP or WHEP server is asked. */
public final class ServerOptions {
    @Option(
            names = "--token",
            paramLabel = "TOKEN",
            description = "Who you are, for WHIP and WHEP servers that ask (Authorization: Bearer).")
    private @Nullable String token;

    /** For picocli, which sets the fields. */
    public ServerOptions() {}

    public @Nullable String token() {
        return token;
    }

    /** The server of an address that {@link ServerAddress#isOne}; {@code publishes} says which kind is wanted. */
    public static ServerAddress parse(String command, String address, boolean publishes) throws CommandException {
        try {
            ServerAddress server = ServerAddress.parse(address);
            if (server.publishes() == publishes) {
                return server;
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
}
