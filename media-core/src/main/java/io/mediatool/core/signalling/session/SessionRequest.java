package io.mediatool.core.signalling.session;

import org.jspecify.annotations.Nullable;

/**
 * What a client asks for.
 *
 * @param room 1 to 64 of letters, digits, {@code - _ .}
 * @param stream the same; null: for a publisher a name is made, for a viewer the newest stream of the room
 * @param offer {@code application/sdp}
 * @param waitNs how long a viewer waits for somebody to publish; 0: refused at once
 * @param client who asks, for logs and reports: address and User-Agent, at most 200 characters
 */
public record SessionRequest(String room, @Nullable String stream, String offer, long waitNs, String client) {}
