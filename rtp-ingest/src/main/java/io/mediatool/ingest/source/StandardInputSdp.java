package io.mediatool.ingest.source;

import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.sdp.SdpParser;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Reads a description from standard input. FFmpeg prints its own there and goes on running, so the end is the end of input
 * or, once a whole description has come, a pause.
 */
final class StandardInputSdp {
    /** A description is written in one go: after this long nothing more of it comes. */
    private static final long PAUSE_MS = 300;

    private static final byte[] END = new byte[0];

    private StandardInputSdp() {}

    static byte[] read(InputStream in) throws SourceException {
        var chunks = new LinkedBlockingQueue<byte[]>(64);
        // A thread, because a blocked read cannot be given up. It ends with the input or with the process.
        Thread reader = new Thread(() -> pump(in, chunks), "sdp-stdin");
        reader.setDaemon(true);
        reader.start();
        var text = new ByteArrayOutputStream();
        try {
            while (text.size() <= SdpParser.MAX_SIZE) {
                byte[] chunk =
                        isWhole(text.toByteArray()) ? chunks.poll(PAUSE_MS, TimeUnit.MILLISECONDS) : chunks.take();
                if (chunk == null || chunk.length == 0) {
                    break;
                }
                text.writeBytes(chunk);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SourceException("standard input: interrupted while waiting for a description");
        }
        return text.toByteArray();
    }

    private static void pump(InputStream in, LinkedBlockingQueue<byte[]> chunks) {
        byte[] buffer = new byte[8192];
        int total = 0;
        try {
            while (total <= SdpParser.MAX_SIZE) {
                int count = in.read(buffer);
                if (count < 0) {
                    break;
                }
                total += count;
                chunks.put(Arrays.copyOf(buffer, count));
            }
            chunks.put(END);
            // Who prints the description may print more later, and would block or die if nobody read it.
            while (total > 0 && in.read(buffer) >= 0) {
                total = 1;
            }
        } catch (IOException e) {
            chunks.offer(END);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Whether what came so far can stand alone: it parses and its last line is complete. */
    private static boolean isWhole(byte[] text) {
        if (text.length == 0 || text[text.length - 1] != '\n') {
            return false;
        }
        try {
            return !SdpParser.parse(text).description().media().isEmpty();
        } catch (MalformedException e) {
            return false;
        }
    }
}
