package io.mediatool.core.signalling.session;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a session does with its transport. On the loop's thread. */
sealed interface Role permits PublisherRole, ViewerRole, ViewerRole.Offered {
    /** Media can flow. */
    void onConnected(long nowNs);

    /** The session is over; its transport is closed already. */
    void onClosed(long nowNs);

    /** The stream's name, for reports. */
    String stream();

    /** What is missing although it is connected, or null. */
    @Nullable String trouble(long nowNs);

    /** @return false when there is no such layer or m-line */
    boolean select(LayerChoice choice, long nowNs);

    List<SessionReport.Track> tracks(long nowNs);
}
