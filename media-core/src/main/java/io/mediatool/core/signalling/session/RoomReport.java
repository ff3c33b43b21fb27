package io.mediatool.core.signalling.session;

import java.util.List;

/**
 * A room and what is published in it; a copy. Streams oldest first.
 *
 * @param publishers sessions; streams may also come from elsewhere (a push, a player)
 */
public record RoomReport(String name, int publishers, int viewers, List<Stream> streams) {

    /**
     * @param sessionId of the publisher, empty when it is no session
     * @param viewers how many sessions watch it
     */
    public record Stream(String name, String sessionId, long ageNs, int viewers, List<SessionReport.Track> tracks) {}
}
