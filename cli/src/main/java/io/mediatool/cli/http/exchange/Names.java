package io.mediatool.cli.http.exchange;

import io.mediatool.core.signalling.session.SessionRequest;
import io.vertx.ext.web.RoutingContext;
import org.jspecify.annotations.Nullable;

/** Names of rooms and streams in paths. */
public final class Names {
    private Names() {}

    /** {@code :room} of the path; refused with 400 when it cannot be one. */
    public static String room(RoutingContext context) {
        return checked("room", String.valueOf(context.pathParam("room")));
    }

    /** {@code :stream} of the path, null when it has none. */
    public static @Nullable String stream(RoutingContext context) {
        String name = context.pathParam("stream");
        return name == null ? null : checked("stream", name);
    }

    /** {@code name}; refused with 400 when it cannot be one of a {@code what}. */
    public static String checked(String what, String name) {
        if (!SessionRequest.isName(name)) {
            throw new Refusal(400, "a " + what + " is named with 1 to 64 letters, digits, '-', '_' or '.'");
        }
        return name;
    }
}
