package io.mediatool.cli.http.access;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What can be allowed. */
public enum Verb {
    PUBLISH,
    WATCH,
    /** Everything: the sessions of others, metrics, and both of the above. */
    ADMIN;

    /** Its name on the command line and in claims. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Verbs joined by {@code +}, commas or spaces; null when one of the words is none. */
    public static @Nullable Set<Verb> parse(String words) {
        Set<Verb> verbs = EnumSet.noneOf(Verb.class);
        for (String word : words.strip().split("[+,\\s]+")) {
            switch (word.toLowerCase(Locale.ROOT)) {
                case "publish" -> verbs.add(PUBLISH);
                case "watch" -> verbs.add(WATCH);
                case "admin" -> verbs.add(ADMIN);
                default -> {
                    return null;
                }
            }
        }
        return verbs;
    }
}
