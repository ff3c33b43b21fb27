package io.mediatool.cli.part;

/** A part that brings streams from elsewhere into the run's room. */
public interface Source extends Part {
    /** What was and was not seen, as one line. */
    String seen();

    /** Whether every sender has said that it is over. */
    boolean hasEnded();
}
