package io.mediatool.core.transport;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mediatool.core.loop.EventLoop;
import io.mediatool.core.rtp.RtpPacket;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** One end of a connection between real loops, for the test's thread to wait for. */
final class RealPeer implements DtlsIceTransport.Listener {
    private static final int PACKET_BYTES = 1_000;
    private static final int PATIENCE_S = 20;

    final CompletableFuture<DtlsIceTransport> connected = new CompletableFuture<>();
    /** With the reason; when it ends before it is connected, that fails. */
    final CompletableFuture<String> closed = new CompletableFuture<>();

    private final Semaphore received = new Semaphore(0);
    private int sequence;

    /** Sends the next {@code count} packets in one turn of its loop; it is connected. */
    void send(EventLoop loop, int count) {
        loop.execute(() -> {
            for (int i = 0; i < count; i++) {
                byte[] packet = new byte[PACKET_BYTES];
                RtpPacket.writeHeader(packet, 0, false, 96, sequence & 0xffff, 3_000L * sequence, 7);
                sequence++;
                connected.join().sendRtp(packet, 0, packet.length);
            }
        });
    }

    /** Takes {@code count} packets, which have come or will. */
    void await(int count, String story) throws InterruptedException {
        boolean came = received.tryAcquire(count, PATIENCE_S, TimeUnit.SECONDS);
        assertTrue(came, () -> story + ": " + received.availablePermits() + " of " + count + " packets");
    }

    @Override
    public void onConnected(DtlsIceTransport transport, long nowNs) {
        connected.complete(transport);
    }

    @Override
    public void onUnknownRtp(DtlsIceTransport transport, RtpPacket packet, long nowNs) {
        received.release();
    }

    @Override
    public void onRtcp(DtlsIceTransport transport, byte[] data, int offset, int length, long nowNs) {}

    @Override
    public void onClosed(DtlsIceTransport transport, String reason, long nowNs) {
        connected.completeExceptionally(new AssertionError(reason));
        closed.complete(reason);
    }
}
