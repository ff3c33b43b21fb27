package io.mediatool.ingest.program;

import io.mediatool.core.codec.MediaKind;
import io.mediatool.core.codec.RtpFormat;
import io.mediatool.core.stream.RtpIncomingSourceGroup;
import java.util.List;

/** Where inputs put the tracks that they find, and what people should know of them. On the loop's thread. */
public interface TrackPublisher {

    /** A new track of the ingest's stream; its packets go into what this returns. */
    RtpIncomingSourceGroup publish(MediaKind kind, List<RtpFormat> formats);

    /** One line for people; the same one over and over is counted instead of said. */
    default void line(String line) {
        line(line, line);
    }

    /** One line for people; those of the same {@code kind} are counted after the first. */
    void line(String kind, String line);
}
