package io.mediatool.cli.config;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** Every setting of {@code serve}. */
public enum Key {
    HTTP("8080"),
    UDP("8189"),
    BIND(""),
    ADVERTISE(""),
    TLS_CERT(""),
    TLS_KEY(""),
    TLS_SELF_SIGNED("false"),
    TOKEN(""),
    JWT_KEY(""),
    JWKS(""),
    ICE_SERVER(""),
    ALLOW_ORIGIN(""),
    REDIRECT(""),
    RATE_LIMIT("50"),
    MAX_SESSIONS("5000"),
    LOG_FORMAT("text");

    private final String fallback;

    Key(String fallback) {
        this.fallback = fallback;
    }

    /** As in YAML, and after {@code --}. */
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The environment variable. */
    public String variable() {
        return "MEDIATOOL_" + name();
    }

    /** What counts when nobody says anything; empty for nothing. */
    String fallback() {
        return fallback;
    }

    /** Given with several values, or several times. */
    boolean isList() {
        return this == ADVERTISE || this == TOKEN || this == ICE_SERVER || this == ALLOW_ORIGIN;
    }

    /** Not to be shown. */
    boolean isSecret() {
        return this == TOKEN || this == JWT_KEY || this == ICE_SERVER;
    }

    static Optional<Key> of(String word) {
        return Arrays.stream(values()).filter(key -> key.word().equals(word)).findFirst();
    }
}
