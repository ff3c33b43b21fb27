package io.mediatool.core.mp4;

/** How the samples of a file on disk are indexed. */
public enum Mp4State {
    /** One {@code moov} with sample tables. */
    PROGRESSIVE,
    /** The same, with a fragmented recording hidden inside its {@code mdat}: a finished hybrid. */
    HYBRID,
    /** {@code moof} and {@code mdat} pairs. */
    FRAGMENTED,
    /** A hybrid recording that was never finished: it plays as fragments, and repair makes it ordinary. */
    UNFINISHED
}
