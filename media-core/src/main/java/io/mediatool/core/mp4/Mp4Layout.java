package io.mediatool.core.mp4;

/** What a recording is when it is finished. While it runs all three are fragmented, so a crash loses the last fragment only. */
public enum Mp4Layout {
    /** An ordinary file made in place: the index behind the media, the fragments hidden. Finishing copies nothing. */
    HYBRID,
    /** An ordinary file with the index in front; finishing copies the media once, into a file beside it. */
    FASTSTART,
    /** The fragments stay. */
    FRAGMENTED
}
