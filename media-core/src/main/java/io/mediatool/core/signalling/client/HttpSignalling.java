package io.mediatool.core.signalling.client;

import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** One HTTP request and its answer; redirections are answers, too. Any thread. */
public interface HttpSignalling {

    /**
     * @param method {@code POST}, {@code PATCH} or {@code DELETE}
     * @param headers by name
     * @param body empty for none
     */
    record Request(String method, URI uri, Map<String, String> headers, String body) {
        public Request {
            headers = Map.copyOf(headers);
        }
    }

    /**
     * @param headers by name in lower case
     * @param body as text; long ones may be cut off
     */
    record Reply(int status, Map<String, List<String>> headers, String body) {
        public Reply {
            headers = Map.copyOf(headers);
        }

        /** The first value of a header, or null. */
        @Nullable String header(String name) {
            List<String> values = headers.getOrDefault(name.toLowerCase(Locale.ROOT), List.of());
            return values.isEmpty() ? null : values.get(0);
        }
    }

    /** Asks; fails with an {@link java.io.IOException} whose message is one line when there is no answer. */
    CompletionStage<Reply> send(Request request);
}
