package io.mediatool.cli.http.exchange;

import io.mediatool.core.loop.address.AddressText;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SocketAddress;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;

/** Who asks. */
public final class Clients {
    private static final int MAX_LENGTH = 200;

    private Clients() {}

    /** The other end of the connection. */
    public static InetAddress address(HttpServerRequest request) {
        return address(request.remoteAddress());
    }

    static InetAddress address(@Nullable SocketAddress remote) {
        String literal = remote == null ? null : remote.hostAddress();
        try {
            // A literal: nothing is looked up.
            return literal == null ? InetAddress.getLoopbackAddress() : InetAddress.getByName(literal);
        } catch (UnknownHostException e) {
            return InetAddress.getLoopbackAddress();
        }
    }

    /** Address and User-Agent, printable and short. */
    public static String describe(HttpServerRequest request) {
        String agent = request.getHeader("User-Agent");
        String text = AddressText.of(address(request)) + (agent == null ? "" : " " + agent.replaceAll("[^ -~]", "?"));
        return text.length() <= MAX_LENGTH ? text : text.substring(0, MAX_LENGTH);
    }
}
