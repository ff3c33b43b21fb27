package io.mediatool.recorder.file;

/** What the loop asks of the thread of files. Orders are carried out in their order. */
sealed interface FileOrder permits TimedSample, RecordedTrack, FileOrder.Start, FileOrder.WallClock, FileOrder.Step {

    /** Where a track's media time 0 lies, in nanoseconds from the recording's start. */
    record Start(int track, long offsetNs) implements FileOrder {}

    /** NTP time of the recording's start. */
    record WallClock(long ntpOfStart) implements FileOrder {}

    /** Orders without content. */
    enum Step implements FileOrder {
        FLUSH,
        /** The next key frame begins another file. */
        SPLIT,
        FINISH
    }
}
