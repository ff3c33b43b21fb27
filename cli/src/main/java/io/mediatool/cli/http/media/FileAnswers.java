package io.mediatool.cli.http.media;

import io.mediatool.cli.http.exchange.Refusal;
import io.mediatool.cli.rooms.library.Library;
import io.mediatool.cli.rooms.library.MediaFile;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Map;

/** Answers with files that are open: whole or a part of them (RFC 9110 §14), or that nothing has changed. */
final class FileAnswers {
    /** Each holds a file open, and buffers. */
    private static final int MAX_AT_ONCE = 256;

    private static final Map<String, String> TYPES =
            Map.of("mp4", "video/mp4", "m4v", "video/mp4", "m4a", "audio/mp4", "mov", "video/quicktime");

    private final Vertx vertx;
    private final WorkerExecutor disk;
    private final InstantSource clock;
    private int atOnce;

    FileAnswers(Vertx vertx, WorkerExecutor disk, InstantSource clock) {
        this.vertx = vertx;
        this.disk = disk;
        this.clock = clock;
    }

    /** Before a file is opened; refuses with 503 when too many are. */
    void reserve() {
        if (atOnce >= MAX_AT_ONCE) {
            throw new Refusal(503, "too many files are being fetched").retryAfter(5);
        }
        atOnce++;
    }

    /** Undoes {@link #reserve}, for what was not opened. */
    void release() {
        atOnce--;
    }

    /** Answers with {@code opened}, and closes it. */
    void send(RoutingContext context, Library.Opened opened) {
        HttpServerResponse response = context.response();
        var sending = new FileSending(vertx, disk, response, opened.channel(), this::release);
        if (response.closed()) {
            sending.stop();
            return;
        }
        try {
            ByteRange range = head(context, opened.file());
            if (context.request().method().equals(HttpMethod.HEAD) || response.getStatusCode() == 304) {
                sending.stop();
                response.end();
            } else {
                sending.start(range);
            }
        } catch (Refusal e) {
            sending.stop();
            context.fail(e);
        }
    }

    /** Writes the head, and says what is to follow it. */
    private ByteRange head(RoutingContext context, MediaFile file) {
        HttpServerRequest request = context.request();
        HttpServerResponse response = context.response();
        long size = file.sizeBytes();
        response.putHeader("Content-Disposition", disposition(file.name(), request.getParam("download") != null))
                .putHeader("Referrer-Policy", "no-referrer");
        if (file.state() == MediaFile.State.RECORDING) {
            // What is there so far. Its beginning is written anew at the end, so no two parts of it are known to fit.
            response.putHeader("Accept-Ranges", "none").putHeader("Cache-Control", "no-store");
            return whole(response, file);
        }
        Validators validators = Validators.of(size, file.modifiedAt(), clock.instant());
        response.putHeader("Accept-Ranges", "bytes")
                .putHeader("Cache-Control", "private, no-cache")
                .putHeader("ETag", validators.etag())
                .putHeader("Last-Modified", validators.lastModified());
        Validators.Outcome outcome = validators.outcome(request.headers());
        if (outcome == Validators.Outcome.FAILED) {
            throw new Refusal(412, "the file is not as it was any more");
        }
        if (outcome == Validators.Outcome.UNCHANGED) {
            response.setStatusCode(304);
            return ByteRange.of(null, 0);
        }
        // RFC 9110 §14.2: ranges are GET's.
        boolean mayBePart = request.method().equals(HttpMethod.GET) && validators.allowsRange(request.headers());
        ByteRange range = ByteRange.of(mayBePart ? request.getHeader("Range") : null, size);
        return range.isPart() ? part(response, file, range) : whole(response, file);
    }

    private static ByteRange whole(HttpServerResponse response, MediaFile file) {
        response.putHeader("Content-Type", type(file.name()))
                .putHeader("Content-Length", Long.toString(file.sizeBytes()));
        return ByteRange.of(null, file.sizeBytes());
    }

    private static ByteRange part(HttpServerResponse response, MediaFile file, ByteRange range) {
        if (range.isMissing()) {
            throw new Refusal(416, "the file has " + file.sizeBytes() + " bytes, and none of those that are asked for")
                    .with("Content-Range", range.described(file.sizeBytes()));
        }
        response.setStatusCode(206)
                .putHeader("Content-Type", type(file.name()))
                .putHeader("Content-Range", range.described(file.sizeBytes()))
                .putHeader("Content-Length", Long.toString(range.length()));
        return range;
    }

    private static String type(String name) {
        String ending = name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
        return TYPES.getOrDefault(ending, "application/octet-stream");
    }

    /** RFC 6266: the name for all, and the one with all its letters for those who know RFC 8187. */
    static String disposition(String name, boolean isDownload) {
        String last = name.substring(name.lastIndexOf('/') + 1);
        String plain = last.replaceAll("[^ -~]|[\"\\\\%;]", "_");
        String all = URLEncoder.encode(last, StandardCharsets.UTF_8)
                .replace("+", "%20")
                .replace("*", "%2A");
        return (isDownload ? "attachment" : "inline") + "; filename=\"" + plain + "\"; filename*=UTF-8''" + all;
    }
}
