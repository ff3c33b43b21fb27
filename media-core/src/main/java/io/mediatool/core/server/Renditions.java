package io.mediatool.core.server;

import io.mediatool.core.codec.RtpFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What can be made of a track for those who cannot take what is sent. Made once for all of them, while there are any. For the loop's thread. */
public interface Renditions {
    /** Of tracks that are sent as they are, or not at all. */
    Renditions NONE = new Renditions() {
        @Override
        public List<RtpFormat> formats() {
            return List.of();
        }

        @Override
        public @Nullable String refusal() {
            return null;
        }

        @Override
        public @Nullable Rendition open(RtpFormat wanted) {
            return null;
        }

        @Override
        public List<Rendition> running() {
            return List.of();
        }
    };

    /** What can be made of what is sent now, best first. */
    List<RtpFormat> formats();

    /** Why nothing can be made, in a few words; null when there is no need to say so. */
    @Nullable String refusal();

    /**
     * One more who listens; to be released.
     *
     * @param wanted one of {@link #formats()}
     * @return null when it cannot be made any more
     */
    @Nullable Rendition open(RtpFormat wanted);

    /** What is made now. */
    List<Rendition> running();

    /** Makes them for the tracks of a room. */
    interface Maker {
        /** Nothing is made. */
        Maker NONE = (track, room) -> Renditions.NONE;

        /** On the room's loop. */
        Renditions of(IncomingStreamTrack track, Room room);
    }

    /** A track in another codec. */
    interface Rendition {
        /** With a clock that is the source's. */
        IncomingStreamTrack track();

        /** What it is made of, by the names of RFC 6381 where there are any: {@code mp4a.40.2}. */
        String from();

        /** Adds what went through. */
        void addCounters(Counters counters);

        /** One who listens less. */
        void release();
    }
}
