package io.mediatool.cli;

import picocli.CommandLine.IVersionProvider;

/** What {@code --version} prints. */
final class Version implements IVersionProvider {
    /** The released version; the build checks that it is the Maven project's. */
    static final String NUMBER = "0.1.0";

    @Override
    public String[] getVersion() {
        return new String[] {"mediatool " + NUMBER};
    }
}
