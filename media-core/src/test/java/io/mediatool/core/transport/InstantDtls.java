package io.mediatool.core.transport;

import io.mediatool.core.dtls.DtlsConnection;
import io.mediatool.core.dtls.DtlsRole;
import io.mediatool.core.srtp.SrtpKeys;
import io.mediatool.core.srtp.SrtpProfile;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Agrees on keys as DTLS does, for tests in virtual time: each side says a random number until it knows that the other has
 * heard it, the keys are a hash of both. Protects nothing.
 */
public final class InstantDtls implements DtlsConnection {
    private static final long REPEAT_NS = 100_000_000L;
    private static final int NONCE_BYTES = 32;
    private static final byte HELLO = 22;
    private static final byte GOODBYE = 21;

    private final DtlsRole role;
    private final SrtpProfile profile;
    private final Listener listener;
    private final byte[] own = new byte[NONCE_BYTES];
    private byte @Nullable [] theirs;
    private boolean heard;
    private boolean started;
    private boolean closed;
    private long nextNs = Long.MAX_VALUE;

    private InstantDtls(DtlsRole role, SrtpProfile profile, RandomGenerator random, Listener listener) {
        this.role = role;
        this.profile = profile;
        this.listener = listener;
        random.nextBytes(own);
    }

    /** For {@link RtpBundleTransport#open}. */
    public static DtlsFactory factory(SrtpProfile profile, RandomGenerator random) {
        return (role, peer, loop, listener) -> new InstantDtls(role, profile, random, listener);
    }

    @Override
    public void start(long nowNs) {
        started = true;
        hello(nowNs);
        connect(nowNs);
    }

    /** A byte of content type, whether we know the other's number, our number. */
    private void hello(long nowNs) {
        byte[] message = new byte[2 + NONCE_BYTES];
        message[0] = HELLO;
        message[1] = (byte) (theirs == null ? 0 : 1);
        System.arraycopy(own, 0, message, 2, NONCE_BYTES);
        listener.send(message);
        nextNs = nowNs + REPEAT_NS;
    }

    @Override
    public void onDatagram(byte[] data, int offset, int length, long nowNs) {
        if (closed) {
            return;
        }
        if (data[offset] == GOODBYE) {
            closed = true;
            nextNs = Long.MAX_VALUE;
            listener.onClosed(nowNs);
        } else if (data[offset] == HELLO && length == 2 + NONCE_BYTES) {
            boolean first = theirs == null;
            theirs = Arrays.copyOfRange(data, offset + 2, offset + length);
            heard |= data[offset + 1] == 1;
            if (started && (first || data[offset + 1] == 0)) {
                hello(nowNs);
            }
            if (first) {
                connect(nowNs);
            }
            nextNs = heard ? Long.MAX_VALUE : nextNs;
        }
    }

    private void connect(long nowNs) {
        byte[] peer = theirs;
        if (peer == null || !started) {
            return;
        }
        byte[] client = role == DtlsRole.CLIENT ? own : peer;
        byte[] server = role == DtlsRole.CLIENT ? peer : own;
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-512");
            digest.update(client);
            byte[] first = digest.digest(server);
            byte[] both = Arrays.copyOf(first, 2 * first.length);
            System.arraycopy(digest.digest(first), 0, both, first.length, first.length);
            byte[] material = Arrays.copyOf(both, SrtpKeys.exporterBytes(profile));
            listener.onConnected(SrtpKeys.ofExporter(profile, material, role == DtlsRole.CLIENT), nowNs);
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public long nextDeadlineNs() {
        return nextNs;
    }

    @Override
    public void onDeadline(long nowNs) {
        hello(nowNs);
    }

    @Override
    public void close(long nowNs) {
        if (!closed) {
            closed = true;
            nextNs = Long.MAX_VALUE;
            listener.send(new byte[] {GOODBYE, 0});
        }
    }
}
