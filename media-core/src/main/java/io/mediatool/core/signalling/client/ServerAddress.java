package io.mediatool.core.signalling.client;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Where a WHIP or WHEP server is: {@code whip+http://HOST[:PORT]/PATH}, {@code whip+https}, {@code whep+http}, {@code whep+https}.
 *
 * @param publishes WHIP; else WHEP
 * @param uri without what stands before the plus
 */
public record ServerAddress(boolean publishes, URI uri) {

    /** Whether {@code text} means a server: its scheme says so. */
    public static boolean isOne(String text) {
        String lower = text.toLowerCase(Locale.ROOT);
        return lower.startsWith("whip+") || lower.startsWith("whep+");
    }

    /**
     * Reads an address.
     *
     * @throws IllegalArgumentException with one line that says what is wrong
     */
    public static ServerAddress parse(String text) {
        String form = text.toLowerCase(Locale.ROOT).startsWith("whip") ? "whip+http" : "whep+http";
        URI uri;
        try {
            uri = new URI(text.substring(5));
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException(
                    text + ": not an address: " + e.getReason() + "; it looks like " + form + "://HOST/PATH");
        }
        @Nullable String scheme = uri.getScheme();
        boolean web = scheme != null && (scheme.equalsIgnoreCase("http") || scheme.equalsIgnoreCase("https"));
        if (!web || uri.getHost() == null) {
            throw new IllegalArgumentException(
                    text + ": an address looks like " + form + "://HOST/PATH or " + form + "s://HOST/PATH");
        }
        return new ServerAddress(form.startsWith("whip"), uri);
    }

    /** For messages: without what a query may hide. */
    public String shown() {
        return Exchange.shown(uri);
    }
}
