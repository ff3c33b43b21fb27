package io.mediatool.core.signalling.session;

/**
 * How much a {@link SessionDoor} lets in; what is beyond is refused with 503.
 *
 * @param sessions at once, those that still connect included
 * @param sessionsPerRoom likewise in one room
 * @param rooms at once
 */
public record SessionLimits(int sessions, int sessionsPerRoom, int rooms) {
    /** What a server of a few cores can bear. */
    public static final SessionLimits DEFAULT = new SessionLimits(5_000, 2_000, 1_000);

    public SessionLimits {
        if (sessions <= 0 || sessionsPerRoom <= 0 || rooms <= 0) {
            throw new IllegalArgumentException("limits below 1");
        }
    }
}
