package io.mediatool.core.mp4.box;

import io.mediatool.core.mp4.Mp4File;
import java.io.IOException;

/** The box tree of a file as text, one box a line, for people and for tests. */
@SuppressWarnings("DoNotCallSuggester")
public final class BoxDump {
    private BoxDump() {}

    /**
     * Dumps the tree. Boxes that break off are shown as far as they go; this never fails for what a file holds.
     *
     * @throws IOException when the file cannot be read
     */
    public static String of(Mp4File file) throws IOException {
        throw new IllegalStateException("not built yet");
    }
}
