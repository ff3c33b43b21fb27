package io.mediatool.cli.run;

import io.mediatool.cli.terminal.CommandException;
import io.mediatool.cli.terminal.ExitCode;
import io.mediatool.ingest.forward.ForwardException;
import io.mediatool.ingest.forward.ForwardTarget;

/** Reads the addresses that a run sends to. */
final class Targets {
    private Targets() {}

    static ForwardTarget parse(String address) throws CommandException {
        try {
            return ForwardTarget.parse(address);
        } catch (ForwardException e) {
            throw new CommandException(ExitCode.USAGE, e);
        }
    }
}
