package io.mediatool.core.dtls;

import io.mediatool.core.loop.EventLoop;
import io.mediatool.core.srtp.SrtpKeys;
import java.io.IOException;
import java.util.Arrays;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.bouncycastle.tls.DTLSTransport;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.TlsFatalAlertReceived;
import org.bouncycastle.tls.TlsTimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A connection by BouncyCastle. The handshake has a thread of the pool; afterwards the few datagrams that still come (a repeated
 * flight, an alert) are worked off there too, one task at a time.
 */
final class BcDtlsConnection implements DtlsConnection {
    private static final int RECORD_BYTES = 1 << 14;

    private final EventLoop loop;
    private final Executor pool;
    private final Supplier<SrtpPeer> peers;
    private final Listener listener;
    private final DatagramQueue queue;
    /** Whether a task of the pool is at work or about to be. */
    private final AtomicBoolean working = new AtomicBoolean();
    /** Of the loop. */
    private boolean started;

    private boolean over;
    /** Of the pool: written by its tasks, which follow each other. */
    private volatile @Nullable Established established;

    private record Established(SrtpPeer peer, DTLSTransport transport) {}

    BcDtlsConnection(EventLoop loop, Executor pool, Supplier<SrtpPeer> peers, Listener listener) {
        this.loop = loop;
        this.pool = pool;
        this.peers = peers;
        this.listener = listener;
        this.queue = new DatagramQueue(datagram -> tell(() -> listener.send(datagram)));
    }

    @Override
    public void start(long nowNs) {
        if (started || over) {
            return;
        }
        started = true;
        working.set(true);
        try {
            pool.execute(this::shakeHands);
        } catch (RejectedExecutionException full) {
            fail("too many DTLS handshakes at once");
        }
    }

    @Override
    public void onDatagram(byte[] data, int offset, int length, long nowNs) {
        if (over) {
            return;
        }
        queue.offer(Arrays.copyOfRange(data, offset, offset + length));
        work();
    }

    @Override
    public long nextDeadlineNs() {
        return Long.MAX_VALUE; // BouncyCastle keeps its own time
    }

    @Override
    public void onDeadline(long nowNs) {}

    @Override
    public void close(long nowNs) {
        if (over) {
            return;
        }
        over = true;
        queue.end();
        work();
    }

    /** Has the pool look at the queue, unless it does already. */
    private void work() {
        if (started && working.compareAndSet(false, true)) {
            try {
                pool.execute(this::drain);
            } catch (RejectedExecutionException full) {
                working.set(false); // the next datagram tries again
            }
        }
    }

    private void shakeHands() {
        try {
            SrtpPeer peer = peers.get();
            DTLSTransport transport = peer.shakeHands(queue);
            SrtpKeys keys = peer.agreement().keys();
            byte[] last = queue.take();
            established = new Established(peer, transport);
            // Both in one turn: the peer's first packets answer the last message and need the keys.
            tell(() -> connected(last, keys));
        } catch (IOException e) {
            queue.flush();
            fail(reason(e));
        } catch (RuntimeException e) {
            fail("DTLS broke: " + e);
        }
        queue.flush();
        working.set(false);
        if (!queue.isEmpty()) {
            tell(this::work);
        }
    }

    private void connected(byte @Nullable [] last, SrtpKeys keys) {
        if (last != null) {
            listener.send(last);
        }
        if (!over) {
            listener.onConnected(keys, loop.nowNs());
        }
    }

    private void drain() {
        Established now = established;
        if (queue.isEnded()) {
            close(now); // still at work for ever: nothing more is to be done
            return;
        }
        byte[] record = new byte[RECORD_BYTES];
        try {
            while (now != null && !queue.isEmpty()) {
                if (queue.nextIsHandshake()) {
                    queue.repeatFlight(); // the peer has not got our last one
                }
                int unused = now.transport.receive(record, 0, record.length, 1);
            }
            if (now != null && now.peer.agreement().isClosed()) {
                tell(this::onGoodbye);
            }
        } catch (IOException e) {
            close(now);
        }
        queue.flush();
        working.set(false);
        if (!queue.isEmpty()) {
            tell(this::work);
        }
    }

    private void onGoodbye() {
        if (!over) {
            over = true;
            listener.onClosed(loop.nowNs());
        }
    }

    /** After {@link DatagramQueue#end}, or when the connection broke: close_notify goes out where it still can. */
    private void close(@Nullable Established now) {
        if (now != null) {
            try {
                now.transport.close();
            } catch (IOException alreadyClosed) {
                // nothing is left to be closed
            }
            queue.flush();
            tell(this::onGoodbye);
        }
    }

    private void fail(String reason) {
        tell(() -> {
            if (!over) {
                over = true;
                listener.onFailed(reason, loop.nowNs());
            }
        });
    }

    private void tell(Runnable what) {
        loop.tryExecute(what);
    }

    private static String reason(IOException e) {
        if (e instanceof TlsTimeoutException) {
            return "the DTLS handshake took too long";
        }
        if (e instanceof TlsFatalAlertReceived) {
            return "the peer refused the DTLS handshake: " + e.getMessage();
        }
        return (e instanceof TlsFatalAlert ? "DTLS handshake refused: " : "DTLS handshake failed: ") + e.getMessage();
    }
}
