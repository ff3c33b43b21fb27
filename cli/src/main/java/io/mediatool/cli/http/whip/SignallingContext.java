package io.mediatool.cli.http.whip;

import io.mediatool.cli.http.access.Gate;
import io.mediatool.cli.http.exchange.Rates;
import io.mediatool.core.signalling.session.SessionDoor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What endpoints and sessions need.
 *
 * @param redirect where to send clients when there is no room for them here, without a slash at its end; null for nowhere
 */
public record SignallingContext(
        SessionDoor door,
        Gate gate,
        Rates rates,
        List<IceServer> iceServers,
        @Nullable String redirect,
        SessionKeys keys) {
    public SignallingContext {
        iceServers = List.copyOf(iceServers);
    }

    /** With keys of its own. */
    public SignallingContext(
            SessionDoor door, Gate gate, Rates rates, List<IceServer> iceServers, @Nullable String redirect) {
        this(door, gate, rates, iceServers, redirect, new SessionKeys());
    }
}
