package io.mediatool.core.signalling.session;

import java.util.Locale;

/**
 * Something changed.
 *
 * @param room where
 * @param stream which; empty for rooms
 * @param sessionId whose; empty for streams that are no session's
 * @param detail a line: the reason of an end, the new state
 */
public record SessionEvent(Type type, String room, String stream, String sessionId, String detail) {

    /** What happened. */
    public enum Type {
        ROOM_OPENED,
        ROOM_CLOSED,
        STREAM_PUBLISHED,
        /** It was announced without tracks, as where a push is waited for, and has its first ones now: it can be watched. */
        STREAM_STARTED,
        STREAM_ENDED,
        SESSION_OPENED,
        SESSION_CONNECTED,
        SESSION_CLOSED
    }

    /** As in {@code stream-published}. */
    public String word() {
        return type.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Called on the loop's thread; must not wait. */
    public interface Listener {
        void onEvent(SessionEvent event);
    }
}
