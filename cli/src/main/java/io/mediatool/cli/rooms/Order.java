package io.mediatool.cli.rooms;

import io.mediatool.core.codec.Codec;
import io.mediatool.ingest.source.SourceException;
import io.mediatool.ingest.source.SourceSpec;
import io.mediatool.player.PlayerOptions.BFrames;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What somebody wants to go on in a room. Values that have been checked as far as they can without the room. */
public sealed interface Order {
    String room();

    /**
     * @param streams names; empty for all, also those that come later
     * @param segment null for files without end
     */
    record Recording(
            String room,
            Set<String> streams,
            MediaDirectory directory,
            FilePattern pattern,
            @Nullable Duration segment) implements Order {
        public Recording {
            streams = Set.copyOf(streams);
            if (segment != null && segment.compareTo(Duration.ofSeconds(1)) < 0) {
                throw new IllegalArgumentException("a segment must be at least 1 s: " + segment);
            }
        }
    }

    /**
     * @param stream its name in the room; null for one that is made of the first file's
     * @param shown the files as the report names them
     * @param loops 0 for ever
     */
    record Player(
            String room,
            @Nullable String stream,
            List<Path> files,
            List<String> shown,
            int loops,
            Duration start,
            double speed,
            BFrames bFrames,
            boolean paused)
            implements Order {
        public Player {
            files = List.copyOf(files);
            shown = List.copyOf(shown);
        }
    }

    /** @param stream its name in the room; null for a usual one */
    record Ingest(String room, @Nullable String stream, SourceSpec source) implements Order {
        /**
         * Reads a source that comes from outside, and so names no file; refused with 422.
         *
         * @param text a session description, or {@code rtp://…}, or {@code udp://…}
         */
        public static Ingest read(String room, @Nullable String stream, String text) throws RefusedWorkException {
            boolean address = text.toLowerCase(Locale.ROOT).matches("(rtp|udp)://\\S*");
            if (!address && !text.startsWith("v=")) {
                throw new RefusedWorkException(
                        422, "a source is rtp://[ADDRESS]:PORT, udp://[ADDRESS]:PORT or a session description (v=0 …)");
            }
            try {
                var description = new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
                return new Ingest(room, stream, SourceSpec.parse(address ? text : "-", description));
            } catch (SourceException e) {
                String line = String.valueOf(e.getMessage());
                throw new RefusedWorkException(422, line.replace("standard input", "the description"));
            }
        }
    }

    /**
     * @param streams names; empty for all
     * @param codecs empty for all
     */
    record Forward(String room, String target, Set<String> streams, Set<Codec> codecs) implements Order {
        public Forward {
            streams = Set.copyOf(streams);
            codecs = Set.copyOf(codecs);
        }
    }

    /**
     * What shall be otherwise with what goes on. Members that are null stay as they are; each kind takes those that it has.
     *
     * @param position where a player shall go on, on the clock of its files
     * @param loops rounds of a player in all, 0 for ever
     * @param streams that a forward sends; empty for all
     * @param codecs that it sends; empty for all
     * @param split whether a recording shall go on in another file
     */
    record Change(
            @Nullable Boolean paused,
            @Nullable Duration position,
            @Nullable Double speed,
            @Nullable Integer loops,
            @Nullable Set<String> streams,
            @Nullable Set<Codec> codecs,
            boolean split) {}
}
