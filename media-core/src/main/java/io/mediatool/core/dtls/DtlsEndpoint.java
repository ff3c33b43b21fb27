package io.mediatool.core.dtls;

import io.mediatool.core.loop.EventLoop;
import io.mediatool.core.srtp.SrtpProfile;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Makes DTLS connections with one certificate. For any thread.
 *
 * <p>A handshake occupies a thread for as long as the peer takes, at most {@link #HANDSHAKE}. Beyond {@link #MAX_THREADS} at once they
 * wait, beyond {@link #MAX_WAITING} they fail. Only peers that have passed ICE get that far.
 */
public final class DtlsEndpoint implements AutoCloseable {
    /** Handshakes at once: at 100 ms of round trips each, 300 a second. */
    public static final int MAX_THREADS = 64;

    /** Handshakes that wait for a thread. */
    public static final int MAX_WAITING = 512;

    /** How long a handshake may take. */
    public static final Duration HANDSHAKE = Duration.ofSeconds(15);

    /** First wait before a flight is repeated, doubling; RFC 6347 §4.2.4.1 says 1 s, WebRTC uses less. */
    static final int RESEND_MILLIS = 250;

    private final DtlsCertificate certificate;
    private final DtlsCrypto crypto;
    private final List<SrtpProfile> profiles;
    private final ThreadPoolExecutor pool;

    /** @param profiles what we agree to, best first */
    public DtlsEndpoint(DtlsCertificate certificate, List<SrtpProfile> profiles, SecureRandom random) {
        this.certificate = certificate;
        this.crypto = new DtlsCrypto(random);
        this.profiles = List.copyOf(profiles);
        this.pool = new ThreadPoolExecutor(
                MAX_THREADS, MAX_THREADS, 5, TimeUnit.SECONDS, new ArrayBlockingQueue<>(MAX_WAITING), task -> {
                    Thread thread = new Thread(task, "dtls");
                    thread.setDaemon(true);
                    return thread;
                });
        pool.allowCoreThreadTimeOut(true);
    }

    /** Of our certificate, for signalling. */
    public DtlsFingerprint fingerprint() {
        return certificate.fingerprint();
    }

    /**
     * A connection that has not begun.
     *
     * @param peer the fingerprints that signalling told; one of them must be of the peer's certificate
     * @param loop where the connection lives
     */
    public DtlsConnection connection(
            DtlsRole role, List<DtlsFingerprint> peer, EventLoop loop, DtlsConnection.Listener listener) {
        var identity = new DtlsIdentity(crypto, certificate, peer, profiles, (int) HANDSHAKE.toMillis());
        return new BcDtlsConnection(
                loop,
                pool,
                () -> role == DtlsRole.CLIENT ? new SrtpClient(identity) : new SrtpServer(identity),
                listener);
    }

    /** Handshakes under way end; those established stay. */
    @Override
    public void close() {
        pool.shutdownNow();
    }
}
