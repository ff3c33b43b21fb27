package io.mediatool.core.dtls;

import io.mediatool.core.bits.ByteWriter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.bouncycastle.tls.DatagramTransport;
import org.jspecify.annotations.Nullable;

/**
 * Where what the loop pushes waits for BouncyCastle to pull. The one place where both threads meet; all but {@link #offer},
 * {@link #end} and what they touch belongs to the pool's task.
 *
 * <p>It also mends two habits of BouncyCastle that lossy paths punish: a datagram for each message (here they travel together, as
 * RFC 6347 §4.1.1 allows), and repeating a flight ever more slowly (here it is repeated every 800 ms at the latest, the same
 * records, which whoever has them already drops as replays).
 */
final class DatagramQueue implements DatagramTransport {
    /** Flights have a handful of datagrams; the peer repeats what was dropped. */
    static final int MAX_WAITING = 32;

    /** What fits any path with IPv6, UDP and a tunnel around it; BouncyCastle fragments to that. */
    static final int SEND_BYTES = 1_200;

    private static final int RECEIVE_BYTES = 2_048;
    private static final byte[] END = {};
    private static final int FIRST_REPEAT_MILLIS = 100;
    private static final int LAST_REPEAT_MILLIS = 800;
    private static final int MAX_FLIGHT_DATAGRAMS = 16;

    private final ArrayBlockingQueue<byte[]> waiting = new ArrayBlockingQueue<>(MAX_WAITING);
    private final Consumer<byte[]> output;
    private volatile boolean closed;
    private final ByteWriter gathering = new ByteWriter(SEND_BYTES);
    private final List<byte[]> flight = new ArrayList<>();
    private boolean flightEnded = true;
    private int repeatMillis;
    private int untilRepeatMillis;

    DatagramQueue(Consumer<byte[]> output) {
        this.output = output;
    }

    /** From the loop. Dropped when full, and when it is or says that it is too long. */
    void offer(byte[] datagram) {
        boolean taken =
                !closed && datagram.length <= RECEIVE_BYTES && DtlsCrypto.HandshakeLengths.areBearable(datagram);
        boolean unused = taken && waiting.offer(datagram);
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    /** Whether the next one is of a handshake: content type change_cipher_spec (20) or handshake (22). */
    boolean nextIsHandshake() {
        byte[] next = waiting.peek();
        return next != null && next.length > 0 && (next[0] == 20 || next[0] == 22);
    }

    /** From the loop: whoever waits stops waiting. */
    void end() {
        closed = true;
        waiting.clear();
        boolean unused = waiting.offer(END);
    }

    boolean isEnded() {
        return closed;
    }

    @Override
    public int getReceiveLimit() {
        return RECEIVE_BYTES;
    }

    @Override
    public int getSendLimit() {
        return SEND_BYTES;
    }

    @Override
    public int receive(byte[] target, int offset, int length, int waitMillis) throws IOException {
        flush();
        flightEnded = true;
        try {
            byte[] datagram = await(waitMillis);
            if (datagram == END) {
                throw new IOException("closed");
            }
            if (datagram == null || datagram.length > length) {
                return -1;
            }
            System.arraycopy(datagram, 0, target, offset, datagram.length);
            return datagram.length;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    /** Waits in slices, so that no clock is needed to know when to repeat. */
    private byte @Nullable [] await(int waitMillis) throws InterruptedException {
        int left = waitMillis;
        while (true) {
            int slice = flight.isEmpty() ? left : Math.min(left, untilRepeatMillis);
            byte[] datagram = waiting.poll(slice, TimeUnit.MILLISECONDS);
            left -= slice;
            untilRepeatMillis -= slice;
            if (datagram == null && !flight.isEmpty() && untilRepeatMillis <= 0) {
                repeatFlight();
                repeatMillis = Math.min(2 * repeatMillis, LAST_REPEAT_MILLIS);
                untilRepeatMillis = repeatMillis;
            }
            if (datagram != null || left <= 0) {
                return datagram;
            }
        }
    }

    /** Sends once more what was last sent. */
    void repeatFlight() {
        flight.forEach(output);
    }

    @Override
    public void send(byte[] source, int offset, int length) {
        if (flightEnded) {
            flightEnded = false;
            flight.clear();
            repeatMillis = FIRST_REPEAT_MILLIS;
            untilRepeatMillis = FIRST_REPEAT_MILLIS;
        }
        if (gathering.size() + length > SEND_BYTES) {
            flush();
        }
        gathering.bytes(source, offset, length);
    }

    /** Sends what has been gathered: before waiting, and after the last message. */
    void flush() {
        byte[] datagram = take();
        if (datagram != null) {
            output.accept(datagram);
        }
    }

    /** What has been gathered, to be sent by the caller; null when there is nothing. */
    byte @Nullable [] take() {
        if (gathering.size() == 0) {
            return null;
        }
        byte[] datagram = gathering.toByteArray();
        gathering.reset();
        if (flight.size() < MAX_FLIGHT_DATAGRAMS) {
            flight.add(datagram);
        }
        return datagram;
    }

    /** BouncyCastle closes what it was given when a handshake fails; there is nothing to close. */
    @Override
    public void close() {}
}
