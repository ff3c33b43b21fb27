package io.mediatool.cli.option;

import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The settings as they are typed; what they mean is read further on, wherever they come from. */
@SuppressWarnings("UnusedVariable")
public final class ServeSettings {
    @Option(
            names = "--http",
            paramLabel = "PORT",
            description = "TCP port of the page, WHIP, WHEP and REST (default 8080).")
    private @Nullable String http;

    @Option(names = "--udp", paramLabel = "PORT", description = "UDP port of all media (default 8189).")
    private @Nullable String udp;

    @Option(
            names = "--bind",
            paramLabel = "ADDR",
            description = "Listen on this address, 0.0.0.0 or :: for all (default: HTTP on localhost, media on all).")
    private @Nullable String bind;

    @Option(
            names = "--advertise",
            paramLabel = "IP|NAME,…",
            description = "Where clients find the UDP port (default: the addresses of this machine).")
    private @Nullable List<String> advertise;

    @Option(names = "--tls-cert", paramLabel = "FILE", description = "Certificate chain, PEM: HTTPS.")
    private @Nullable String tlsCert;

    @Option(names = "--tls-key", paramLabel = "FILE", description = "Its private key, PEM.")
    private @Nullable String tlsKey;

    @Option(
            names = "--tls-self-signed",
            arity = "0",
            description =
                    "HTTPS with a certificate made now; browsers ask once. Cameras need HTTPS on all but localhost.")
    private boolean tlsSelfSigned;

    @Option(
            names = "--token",
            paramLabel = "[VERBS:]SECRET",
            description =
                    "Ask for tokens: publish:SECRET, watch:SECRET, publish+watch:SECRET, admin:SECRET; repeatable.")
    private @Nullable List<String> token;

    @Option(
            names = "--jwt-key",
            paramLabel = "FILE|SECRET",
            description =
                    "Ask for JSON web tokens signed with this: a public key (PEM: RS256, ES256) or a shared secret (HS256).")
    private @Nullable String jwtKey;

    @Option(names = "--jwks", paramLabel = "URL|FILE", description = "Likewise, with the keys of a JSON web key set.")
    private @Nullable String jwks;

    @Option(
            names = "--ice-server",
            paramLabel = "URL|'URL USER PASSWORD'",
            description = "A STUN or TURN server to tell clients of; repeatable.")
    private @Nullable List<String> iceServer;

    @Option(
            names = "--allow-origin",
            paramLabel = "ORIGIN,…",
            description =
                    "Pages of other origins that may call, * for any (default: any, without tokens those of this machine).")
    private @Nullable List<String> allowOrigin;

    @Option(
            names = "--redirect",
            paramLabel = "URL",
            description = "Send clients there (307) while there is no room for them here.")
    private @Nullable String redirect;

    @Option(
            names = "--rate-limit",
            paramLabel = "N",
            description = "Requests a second that one address may make, 0 for any number (default 50).")
    private @Nullable String rateLimit;

    @Option(names = "--max-sessions", paramLabel = "N", description = "Sessions at once (default 5000).")
    private @Nullable String maxSessions;

    @Option(names = "--log-format", paramLabel = "text|json", description = "How log lines look (default text).")
    private @Nullable String logFormat;

    /** For picocli, which sets the fields. */
    @SuppressWarnings("NullAway.Init")
    public ServeSettings() {}
}
