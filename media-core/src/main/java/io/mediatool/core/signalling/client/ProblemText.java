package io.mediatool.core.signalling.client;

import io.mediatool.core.signalling.client.HttpSignalling.Reply;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The words in a refusal: of problem+json (RFC 9457) and of what other servers write in its place. */
final class ProblemText {
    private static final int MAX_CHARACTERS = 200;
    private static final int MAX_READ = 2_000;
    private static final List<String> FIELDS = List.of("detail", "error", "message", "title");

    private ProblemText() {}

    /** One line; empty when it says nothing, or says it as a page for browsers. */
    static String of(Reply reply) {
        String type = String.valueOf(reply.header("content-type"));
        String body = reply.body()
                .substring(0, Math.min(MAX_READ, reply.body().length()))
                .strip();
        if (type.contains("json") || body.startsWith("{")) {
            for (String field : FIELDS) {
                String words = field(body, field);
                if (!words.isEmpty()) {
                    return line(words);
                }
            }
            return "";
        }
        return type.contains("html") || body.startsWith("<") ? "" : line(body);
    }

    /** A string of the object, without reading all of it: whatever a server writes there, it is only shown. */
    private static String field(String body, String name) {
        Matcher found = Pattern.compile("\"" + name + "\"\\s*:\\s*\"([^\"\\\\]*+(?:\\\\.[^\"\\\\]*+)*+)\"")
                .matcher(body);
        return found.find() ? found.group(1).replaceAll("\\\\[nrt]", " ").replaceAll("\\\\(.)", "$1") : "";
    }

    private static String line(String words) {
        String plain = words.replaceAll("\\p{Cntrl}+", " ").strip();
        return plain.length() <= MAX_CHARACTERS ? plain : plain.substring(0, MAX_CHARACTERS) + "…";
    }
}
