package io.mediatool.ingest.source;

import java.io.InputStream;

/** Reads a source as a user writes it on a command line. */
final class SourceArgument {
    private SourceArgument() {}

    static SourceSpec parse(String argument, InputStream standardInput) throws SourceException {
        throw new SourceException("not yet: " + argument + (standardInput == null));
    }
}
