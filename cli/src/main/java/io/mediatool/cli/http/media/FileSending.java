package io.mediatool.cli.http.media;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.concurrent.RejectedExecutionException;

/**
 * Sends bytes of a file as fast as they are taken. Not by sendfile(2): that waits for the disk on the one thread of the HTTP server.
 */
final class FileSending {
    private static final int CHUNK_BYTES = 256 * 1024;
    private static final int QUEUE_BYTES = 512 * 1024;
    /** A player that was held does so, too: it asks anew from where it is. */
    private static final long STALLED_MS = 60_000;

    private final Vertx vertx;
    private final WorkerExecutor disk;
    private final HttpServerResponse response;
    private final FileChannel channel;
    private final Runnable onEnd;
    private long at;
    private long left;
    private long stall = -1;
    private boolean reading;
    private boolean over;

    /** @param channel closed at the end, whatever that is */
    FileSending(Vertx vertx, WorkerExecutor disk, HttpServerResponse response, FileChannel channel, Runnable onEnd) {
        this.vertx = vertx;
        this.disk = disk;
        this.response = response;
        this.channel = channel;
        this.onEnd = onEnd;
    }

    /** Sends {@code range}; the head of the answer is written, and says how long that is. */
    void start(ByteRange range) {
        at = range.first();
        left = range.length();
        response.setWriteQueueMaxSize(QUEUE_BYTES);
        response.closeHandler(gone -> finish());
        response.exceptionHandler(broken -> finish());
        response.drainHandler(drained -> next());
        next();
    }

    /** Sends nothing. */
    void stop() {
        finish();
    }

    private void next() {
        if (over || reading) {
            return;
        }
        calm();
        if (left == 0) {
            response.end();
            finish();
            return;
        }
        if (response.writeQueueFull()) {
            stall = vertx.setTimer(STALLED_MS, id -> breakOff());
            return;
        }
        reading = true;
        long from = at;
        int length = (int) Math.min(CHUNK_BYTES, left);
        onDisk(from, length).onComplete(done -> {
            reading = false;
            if (over) {
                finish();
            } else if (done.failed()) {
                breakOff(); // cut off or gone meanwhile: fewer bytes than promised can only be told so
            } else {
                at += length;
                left -= length;
                response.write(done.result());
                next();
            }
        });
    }

    private Future<Buffer> onDisk(long from, int length) {
        try {
            return disk.executeBlocking(() -> read(from, length), false);
        } catch (RejectedExecutionException e) {
            return Future.failedFuture(e); // the server closes
        }
    }

    private Buffer read(long from, int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(length);
        while (bytes.hasRemaining()) {
            if (channel.read(bytes, from + bytes.position()) < 0) {
                throw new EOFException();
            }
        }
        return Buffer.buffer(bytes.array());
    }

    private void calm() {
        if (stall >= 0) {
            vertx.cancelTimer(stall);
            stall = -1;
        }
    }

    private void breakOff() {
        response.reset();
        finish();
    }

    /** The channel stays open while it is read: an interrupted reader would get an error, and the next file its number. */
    private void finish() {
        boolean isFirst = !over;
        over = true;
        calm();
        if (!reading) {
            close(channel);
        }
        if (isFirst) {
            onEnd.run();
        }
    }

    static void close(FileChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            // it was read only
        }
    }
}
