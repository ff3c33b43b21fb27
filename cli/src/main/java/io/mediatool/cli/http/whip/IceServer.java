package io.mediatool.cli.http.whip;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A STUN or TURN server that clients are told of. */
public record IceServer(
        String url, @Nullable String username, @Nullable String credential) {
    private static final Pattern URL =
            Pattern.compile("(stun|stuns|turn|turns):[A-Za-z0-9.:\\[\\]-]+(\\?transport=(udp|tcp))?");
    private static final Pattern WORD = Pattern.compile("[!#-\\[\\]-~]+");

    /**
     * Reads {@code URL} or {@code URL USER PASSWORD}.
     *
     * @throws IllegalArgumentException one line on what is wrong
     */
    public static IceServer parse(String text) {
        String[] words = text.strip().split("\\s+");
        if (!URL.matcher(words[0]).matches()) {
            throw new IllegalArgumentException(
                    "'" + words[0] + "' is no stun:HOST[:PORT] or turn:HOST[:PORT][?transport=udp|tcp]");
        }
        boolean turn = words[0].startsWith("turn");
        if (words.length != (turn ? 3 : 1)) {
            throw new IllegalArgumentException(
                    turn
                            ? "a TURN server is written 'URL USER PASSWORD'"
                            : "a STUN server has neither user nor password");
        }
        if (!turn) {
            return new IceServer(words[0], null, null);
        }
        if (!WORD.matcher(words[1]).matches() || !WORD.matcher(words[2]).matches()) {
            throw new IllegalArgumentException(
                    "user and password of a TURN server are printable, without quotes and backslashes");
        }
        return new IceServer(words[0], words[1], words[2]);
    }

    /** As RFC 9725 §4.6 wants it. */
    String link() {
        String link = "<" + url + ">; rel=\"ice-server\"";
        return username == null
                ? link
                : link + "; username=\"" + username + "\"; credential=\"" + credential
                        + "\"; credential-type=\"password\"";
    }
}
