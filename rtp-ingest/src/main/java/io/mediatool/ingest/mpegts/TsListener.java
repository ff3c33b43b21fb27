package io.mediatool.ingest.mpegts;

import io.mediatool.ingest.elementary.TimedFrame;

/** Takes what a {@link TsDemuxer} finds. Called from within its methods. */
public interface TsListener {

    /** A stream appeared in the program map, supported or not; again, after {@link #onStreamEnded}, when its type changes. */
    void onStream(TsStream stream);

    /** The next frame of {@code stream}, in decoding order. */
    void onFrame(TsStream stream, TimedFrame frame);

    /** The program map names this stream no more. Its last frames have been delivered. */
    default void onStreamEnded(TsStream stream) {}

    /** The first scrambled packet of a stream: nothing can come of it without the key. */
    default void onScrambled(TsStream stream) {}
}
