package io.mediatool.cli.option;

import io.mediatool.cli.terminal.CommandException;
import io.mediatool.cli.terminal.ExitCode;
import io.mediatool.ingest.source.IngestOptions;
import io.mediatool.ingest.source.SourceException;
import io.mediatool.ingest.source.SourceSpec;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How sources are opened. */
public final class SourceOptions {
    @Option(
            names = "--interface",
            paramLabel = "NAME",
            description = "Network interface (name or address) on which to join multicast groups.")
    private @Nullable String networkInterface;

    /** The sources of the command line. */
    public List<SourceSpec> parse(List<String> arguments) throws CommandException {
        var specs = new ArrayList<SourceSpec>();
        for (String argument : arguments) {
            try {
                specs.add(SourceSpec.parse(argument, System.in));
            } catch (SourceException e) {
                throw new CommandException(e.isOfFile() ? ExitCode.FILE : ExitCode.USAGE, e);
            }
        }
        return specs;
    }

    public IngestOptions ingest() throws CommandException {
        return networkInterface == null
                ? IngestOptions.defaults()
                : IngestOptions.defaults().withMulticastInterface(find(networkInterface));
    }

    private static NetworkInterface find(String name) throws CommandException {
        try {
            NetworkInterface found = NetworkInterface.getByName(name);
            if (found == null) {
                found = NetworkInterface.getByInetAddress(InetAddress.getByName(name));
            }
            if (found != null) {
                return found;
            }
        } catch (SocketException | UnknownHostException e) {
            // Reported below: to the user it is the same.
        }
        throw new CommandException(
                ExitCode.USAGE, "--interface: there is no network interface '" + name + "' ('ip addr' lists them)");
    }
}
