package io.mediatool.cli.serve;

import io.mediatool.cli.config.ServeConfig;
import io.mediatool.cli.config.Settings;
import io.mediatool.cli.http.access.KeyRing;
import io.mediatool.cli.terminal.CommandException;
import io.mediatool.cli.terminal.ExitCode;
import io.mediatool.cli.terminal.FileErrors;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Gets the keys for JSON web tokens from where the user keeps them. */
public final class JwtKeys {
    private static final Duration DEADLINE = Duration.ofSeconds(5);
    private static final int MAX_SIZE = 256 * 1024;

    private JwtKeys() {}

    /**
     * The key ring of {@code config}, with its first key set. A file that is no key set is an error now; a server that does not answer
     * yet is asked again when the first token comes.
     */
    public static KeyRing open(ServeConfig config, Consumer<String> warning) throws CommandException {
        String where = config.jwks();
        KeyRing ring;
        try {
            ring = new KeyRing(key(config.jwtKey()), where == null ? null : source(where), System::nanoTime);
        } catch (GeneralSecurityException e) {
            throw new CommandException(ExitCode.USAGE, "--jwt-key: " + e.getMessage());
        }
        if (where != null) {
            try {
                ring.refresh().toCompletableFuture().join();
            } catch (CompletionException e) {
                String line = "--jwks " + Settings.withoutQuery(where) + ": " + reason(e);
                if (!isUrl(where)) {
                    throw new CommandException(ExitCode.FILE, line);
                }
                warning.accept(line + " (it is asked again when a token comes)");
            }
        }
        return ring;
    }

    private static String reason(CompletionException e) {
        Throwable cause = e.getCause() == null ? e : e.getCause();
        String message = cause.getMessage();
        return message == null
                ? cause.getClass().getSimpleName()
                : message.lines().findFirst().orElse("");
    }

    /** A file's text where there is such a file, a pipe too, else the secret itself. A mistyped file name must not become a secret. */
    private static @Nullable String key(@Nullable String fileOrSecret) throws CommandException {
        if (fileOrSecret == null) {
            return null;
        }
        Path path;
        try {
            path = Path.of(fileOrSecret);
        } catch (InvalidPathException e) {
            return fileOrSecret;
        }
        if (!Files.exists(path) && !isNameOfFile(path)) {
            return fileOrSecret;
        }
        try {
            return Files.readString(path);
        } catch (IOException e) {
            throw FileErrors.unreadable(path, e);
        }
    }

    /** Secrets in base64 have slashes, too, but not behind the name of a directory. */
    private static boolean isNameOfFile(Path path) {
        Path parent = path.getParent();
        return path.toString().matches("(?i).*\\.(pem|key|pub|der|crt|txt)")
                || parent != null && parent.getNameCount() > 0 && Files.isDirectory(parent);
    }

    private static boolean isUrl(String where) {
        return where.startsWith("http://") || where.startsWith("https://");
    }

    private static Supplier<CompletionStage<String>> source(String where) throws CommandException {
        if (!isUrl(where)) {
            return () -> read(where);
        }
        HttpRequest request;
        try {
            request = HttpRequest.newBuilder(URI.create(where))
                    .timeout(DEADLINE)
                    .header("Accept", "application/json")
                    .build();
        } catch (IllegalArgumentException e) {
            throw new CommandException(ExitCode.USAGE, "--jwks: '" + Settings.withoutQuery(where) + "' is no URL");
        }
        HttpClient client = HttpClient.newBuilder().connectTimeout(DEADLINE).build();
        return () -> client.sendAsync(request, HttpResponse.BodyHandlers.ofString())
                .thenApply(response -> {
                    if (response.statusCode() != 200 || response.body().length() > MAX_SIZE) {
                        throw new IllegalArgumentException("answered with status " + response.statusCode());
                    }
                    return response.body();
                });
    }

    private static CompletionStage<String> read(String file) {
        try {
            return CompletableFuture.completedFuture(Files.readString(Path.of(file)));
        } catch (IOException | InvalidPathException e) {
            return CompletableFuture.failedFuture(new IOException("cannot be read", e));
        }
    }
}
