package io.mediatool.core.signalling.client;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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
        private static final Pattern LINK = Pattern.compile("<([^>]{1,500})>((?:[^,<\"]|\"[^\"]*\")*)");

        public Reply {
            headers = Map.copyOf(headers);
        }

        /** The addresses of {@code Link} headers with that relation (RFC 8288 §3). */
        List<String> links(String relation) {
            List<String> found = new ArrayList<>();
            for (String line : headers.getOrDefault("link", List.of())) {
                Matcher link = LINK.matcher(line);
                while (link.find()) {
                    String its = link.group(2).toLowerCase(Locale.ROOT).replace(" ", "");
                    if (its.contains("rel=\"" + relation + "\"") || (its + ";").contains("rel=" + relation + ";")) {
                        found.add(link.group(1));
                    }
                }
            }
            return found;
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
