package io.mediatool.cli.run;

/** Why a run ended. */
enum StopReason {
    /** {@code --duration} is reached. */
    DURATION("duration reached"),
    /** Nothing came for {@code --idle}. */
    IDLE("the stream went silent"),
    /** The sender said that it is over, or the file is at its end. */
    ENDED("the stream ended"),
    /** Ctrl-C or SIGTERM. */
    INTERRUPTED("interrupted"),
    /** Nothing arrived for {@code --timeout}. */
    TIMEOUT("nothing arrived"),
    /** An output failed. */
    FAILED("failed");

    private final String words;

    StopReason(String words) {
        this.words = words;
    }

    String words() {
        return words;
    }

    /** Whether it was we who ended it: what is missing can still come. What a sender has left behind does when its source is closed. */
    boolean isOurs() {
        return this == DURATION || this == INTERRUPTED;
    }
}
