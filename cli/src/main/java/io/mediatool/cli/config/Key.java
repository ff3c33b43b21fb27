package io.mediatool.cli.config;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Every setting of {@code serve}: how it is called, what it takes, what it does. */
public enum Key {
    HTTP("8080", "PORT", "TCP port of the page, WHIP, WHEP and REST (default 8080)."),
    UDP("8189", "PORT", "UDP port of all media (default 8189)."),
    BIND(
            Kind.LIST,
            "ADDR,…",
            "Listen on this address, 0.0.0.0 or :: for all; repeatable (default: HTTP on localhost, media on all)."),
    ADVERTISE(Kind.LIST, "IP|NAME,…", "Where clients find the UDP port (default: the addresses that are listened on)."),
    LOOPS("0", "N", "Threads that carry media, 0 for half of the processors or two of two (default 0)."),
    TLS_CERT("", "FILE", "Certificate chain, PEM: HTTPS."),
    TLS_KEY("", "FILE", "Its private key, PEM."),
    TLS_SELF_SIGNED(Kind.FLAG, "", "HTTPS with a certificate made now; browsers ask once. Cameras need HTTPS."),
    TOKEN(
            Kind.LIST,
            "[VERBS:]SECRET",
            "Ask for tokens: publish:SECRET, watch:SECRET, publish+watch:SECRET, admin:SECRET; repeatable."),
    JWT_KEY(
            "",
            "FILE|SECRET",
            "Ask for JSON web tokens signed with this: a public key (PEM: RS256, ES256) or a shared secret (HS256)."),
    JWKS("", "URL|FILE", "Likewise, with the keys of a JSON web key set."),
    ICE_SERVER(Kind.LIST, "URL|'URL USER PASSWORD'", "A STUN or TURN server to tell clients of; repeatable."),
    ALLOW_ORIGIN(
            Kind.LIST,
            "ORIGIN,…",
            "Pages of other origins that may call, * for any (default: any, without tokens those of this machine)."),
    TRUSTED_PROXY(
            Kind.LIST,
            "ADDR[/BITS],…",
            "Proxies in front of this server whose X-Forwarded-For, -Proto and -Host count; repeatable."),
    REDIRECT("", "URL", "Send clients there (307) while there is no room for them here."),
    RATE_LIMIT("50", "N", "Requests a second that one address may make, 0 for any number (default 50)."),
    MAX_SESSIONS("5000", "N", "Sessions at once (default 5000)."),
    MEDIA("", "DIR", "Where recordings of the API go, and its players' files are; made when it is not there."),
    INGEST(Kind.LINES, "ROOM=SOURCE", "Listen for a push into a room, rtp://:5004 or FILE.sdp; repeatable."),
    RECORD(Kind.LINES, "ROOM=DIR", "Record every stream of a room into a directory; repeatable."),
    RECORD_ALL("", "DIR", "Record every stream of every room, in a directory for each room."),
    PLAY(Kind.LINES, "ROOM=FILE", "Play a file into a room, over and over; repeatable."),
    B_FRAMES("send", "send|drop|refuse", "What becomes of B-frames in files to play (default send)."),
    FORWARD(Kind.LINES, "ROOM=rtp://HOST:PORT", "Send every stream of a room as plain RTP; repeatable."),
    HOOK(Kind.LINES, "URL", "Post what happens there as JSON; repeatable."),
    HOOK_SECRET("", "SECRET", "Sign what is posted: Mediatool-Signature, HMAC-SHA256 over time and body."),
    ON_RECORD_COMPLETE("", "CMD", "Run this for each recorded file, with the file as its last argument; no shell."),
    LOG_FORMAT("text", "text|json", "How log lines look (default text).");

    private final Kind kind;
    private final String fallback;
    private final String label;
    private final String description;

    private enum Kind {
        WORD,
        /** Given with several values, or several times. */
        LIST,
        /** Given several times; in the environment a line each, or with semicolons: values may have commas. */
        LINES,
        /** Given or not. */
        FLAG
    }

    Key(String fallback, String label, String description) {
        this(Kind.WORD, fallback, label, description);
    }

    Key(Kind kind, String label, String description) {
        this(kind, kind == Kind.FLAG ? "false" : "", label, description);
    }

    Key(Kind kind, String fallback, String label, String description) {
        this.kind = kind;
        this.fallback = fallback;
        this.label = label;
        this.description = description;
    }

    /** As in YAML, and after {@code --}. */
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The environment variable. */
    public String variable() {
        return "MEDIATOOL_" + name();
    }

    /** What its value looks like; empty for a flag. */
    public String label() {
        return label;
    }

    /** One or two lines. */
    public String description() {
        return description;
    }

    /** What counts when nobody says anything; empty for nothing. */
    String fallback() {
        return fallback;
    }

    /** Given with several values, or several times. */
    public boolean isList() {
        return kind == Kind.LIST || kind == Kind.LINES;
    }

    /** What stands between values, as a regular expression. */
    String separator() {
        return kind == Kind.LINES ? "[;\n]" : ",";
    }

    /** Given without a value. */
    public boolean isFlag() {
        return kind == Kind.FLAG;
    }

    /** Not to be shown. */
    boolean isSecret() {
        return List.of(TOKEN, JWT_KEY, ICE_SERVER, HOOK_SECRET).contains(this);
    }

    /** To be shown without its query. */
    boolean isUrl() {
        return this == HOOK || this == JWKS;
    }

    /** What others have to show, or to check. */
    boolean isGuard() {
        return List.of(TOKEN, JWT_KEY, JWKS, HOOK_SECRET).contains(this);
    }

    static Optional<Key> of(String word) {
        return Arrays.stream(values()).filter(key -> key.word().equals(word)).findFirst();
    }
}
