package io.mediatool.cli.http.media;

import io.vertx.core.MultiMap;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What tells one state of a file from another (RFC 9110 §8.8), and what a request makes depend on it (§13).
 *
 * @param isStrong whether equal validators mean equal bytes: not soon after the file was written, when it may be again
 */
record Validators(String tag, Instant modifiedAt, boolean isStrong) {
    private static final Duration FRESH = Duration.ofSeconds(2);
    private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern(
                    "EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.US)
            .withZone(ZoneOffset.UTC);

    /** What becomes of a request by its conditions. */
    enum Outcome {
        GO_ON,
        /** 304 */
        UNCHANGED,
        /** 412 */
        FAILED
    }

    static Validators of(long sizeBytes, Instant modifiedAt, Instant now) {
        long nanos = modifiedAt.getEpochSecond() * 1_000_000_000L + modifiedAt.getNano();
        return new Validators(
                "\"" + Long.toHexString(sizeBytes) + "-" + Long.toHexString(nanos) + "\"",
                modifiedAt.truncatedTo(ChronoUnit.SECONDS),
                modifiedAt.plus(FRESH).isBefore(now));
    }

    String etag() {
        return isStrong ? tag : "W/" + tag;
    }

    String lastModified() {
        return DATE.format(modifiedAt);
    }

    /** In the order of §13.2.2. */
    Outcome outcome(MultiMap headers) {
        String match = headers.get("If-Match");
        if (match != null) {
            if (!names(match, true)) {
                return Outcome.FAILED;
            }
        } else if (isChangedSince(headers.get("If-Unmodified-Since"))) {
            return Outcome.FAILED;
        }
        String noneMatch = headers.get("If-None-Match");
        if (noneMatch != null) {
            return names(noneMatch, false) ? Outcome.UNCHANGED : Outcome.GO_ON;
        }
        Instant since = date(headers.get("If-Modified-Since"));
        return since != null && !modifiedAt.isAfter(since) ? Outcome.UNCHANGED : Outcome.GO_ON;
    }

    /** Whether a range is of the file that the client has begun to fetch (§13.1.5); without the header it need not be. */
    boolean allowsRange(MultiMap headers) {
        String condition = headers.get("If-Range");
        if (condition == null) {
            return true;
        }
        return isStrong && (condition.strip().equals(tag) || modifiedAt.equals(date(condition)));
    }

    private boolean isChangedSince(@Nullable String header) {
        Instant since = date(header);
        return since != null && modifiedAt.isAfter(since);
    }

    private boolean names(String header, boolean strongly) {
        if (header.strip().equals("*")) {
            return true;
        }
        // Our tags have no commas.
        return Arrays.stream(header.split(",", 100))
                .map(String::strip)
                .anyMatch(each -> each.equals(tag) ? isStrong || !strongly : !strongly && each.equals("W/" + tag));
    }

    /** Null for what is no date: such a condition is not heeded (§13.1.3). */
    private static @Nullable Instant date(@Nullable String header) {
        try {
            return header == null ? null : Instant.from(DATE.parse(header.strip()));
        } catch (DateTimeException e) {
            return null;
        }
    }
}
