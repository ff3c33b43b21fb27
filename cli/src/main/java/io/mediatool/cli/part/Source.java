package io.mediatool.cli.part;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A part that brings streams from elsewhere into the run's room. */
public interface Source extends Part {
    /** What was and was not seen, as one line. */
    String seen();

    /** Whether every sender has said that it is over. */
    boolean hasEnded();

    /** Sources have no share: what comes is told by those who take it. */
    @Override
    default @Nullable String status(long nowNs) {
        return null;
    }

    @Override
    default String name() {
        return "sources";
    }

    /** None, likewise. */
    @Override
    default List<String> lines() {
        return List.of();
    }
}
