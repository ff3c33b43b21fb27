package io.mediatool.cli;

import io.mediatool.ingest.forward.ForwardException;
import io.mediatool.ingest.forward.ForwardTarget;

/** Reads the addresses that a run sends to. */
final class Targets {
    private Targets() {}

    static ForwardTarget parse(String address) throws CommandException {
        try {
            return ForwardTarget.parse(address);
        } catch (ForwardException e) {
            throw new CommandException(ExitCode.USAGE, e.getMessage());
        }
    }
}
