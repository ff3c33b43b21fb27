package io.mediatool.core.signalling.session;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a client asks for.
 *
 * @param room see {@link #isName}
 * @param stream likewise; null: for a publisher a name is made, for a viewer the newest stream of the room
 * @param offer {@code application/sdp}
 * @param waitNs how long a viewer waits for somebody to publish; 0: refused at once
 * @param client who asks, for logs and reports: address and User-Agent, at most 200 characters
 * @param takesOffers whether a viewer whose offer takes nothing of what is sent may be made an offer instead of a refusal
 */
public record SessionRequest(
        String room, @Nullable String stream, String offer, long waitNs, String client, boolean takesOffers) {
    private static final Pattern NAME = Pattern.compile("(?!\\.\\.?$)[A-Za-z0-9._-]{1,64}");

    /** Of a client that takes no counter-offer. */
    public SessionRequest(String room, @Nullable String stream, String offer, long waitNs, String client) {
        this(room, stream, offer, waitNs, client, false);
    }

    /** Whether a room or a stream can be called so: 1 to 64 letters, digits, {@code - _ .}, that are no directory in a path. */
    public static boolean isName(String name) {
        return NAME.matcher(name).matches();
    }

    /** Refuses with 400 names that are none. */
    void requireNames() throws RefusedSessionException {
        requireName("room", room);
        if (stream != null) {
            requireName("stream", stream);
        }
    }

    private static void requireName(String what, String name) throws RefusedSessionException {
        if (!isName(name)) {
            throw new RefusedSessionException(
                    400, "a " + what + "'s name is 1 to 64 letters, digits, dots, - and _", 0);
        }
    }
}
