package io.mediatool.core.mp4.read;

import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.mp4.Mp4File;
import io.mediatool.core.mp4.Mp4Info;
import java.io.IOException;

/** Says what a file is. Walks the whole index once, so it takes longer than opening; sample data is not read. */
@SuppressWarnings("DoNotCallSuggester")
public final class Mp4Probe {
    private Mp4Probe() {}

    /**
     * Looks at a file.
     *
     * @param file borrowed, not closed
     * @throws MalformedException when this is no MP4
     */
    public static Mp4Info of(Mp4File file) throws IOException, MalformedException {
        throw new IllegalStateException("not built yet");
    }
}
