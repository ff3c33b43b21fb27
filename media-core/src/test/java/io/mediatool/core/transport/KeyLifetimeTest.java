package io.mediatool.core.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mediatool.core.loop.FakeNetwork;
import io.mediatool.core.loop.FakeNetwork.Link;
import io.mediatool.core.loop.UdpBinding;
import io.mediatool.core.loop.VirtualEventLoop;
import io.mediatool.core.srtp.AesGcm;
import io.mediatool.core.srtp.SrtpProfile;
import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Keys outside the heap live as long as their session, however it ends, and are not used afterwards. */
final class KeyLifetimeTest {
    private static final long MS = 1_000_000L;
    private static final long S = 1_000 * MS;
    private static final int KEYS_PER_SESSION = 4;

    /** The JDK's, which does not do anything with a closed key either, and the number of keys that are open. */
    private record Counting(AtomicInteger open) implements AesGcm {
        @Override
        public String name() {
            return "counting";
        }

        @Override
        public Key key(boolean sealing, byte[] key) {
            return new CountedKey(AesGcm.jdk().key(sealing, key), open);
        }
    }

    private static final class CountedKey implements AesGcm.Key {
        private final AesGcm.Key jdk;
        private final AtomicInteger open;
        private boolean closed;

        CountedKey(AesGcm.Key jdk, AtomicInteger open) {
            this.jdk = jdk;
            this.open = open;
            open.incrementAndGet();
        }

        @Override
        public AesGcm.Key beside(byte[] key) {
            return new CountedKey(jdk.beside(key), open);
        }

        @Override
        public void seal(int ivHigh, long ivLow, byte[] data, int offset, int clear, int length) {
            jdk.seal(ivHigh, ivLow, data, offset, clear, length);
        }

        @Override
        public boolean open(int ivHigh, long ivLow, byte[] data, int offset, int clear, int length) {
            return jdk.open(ivHigh, ivLow, data, offset, clear, length);
        }

        @Override
        public void close() {
            jdk.close();
            open.addAndGet(closed ? 0 : -1);
            closed = true;
        }
    }

    @Test
    void howeverASessionEndsItsKeysAreClosed() throws IOException {
        var random = new Random(1);
        // A bug, such as the use of a closed key, would fail the test here.
        var loop = new VirtualEventLoop(new FakeNetwork(1, Link.PERFECT.withDelay(10 * MS, 20 * MS)), bug -> {
            throw new AssertionError(bug);
        });
        var gcm = new Counting(new AtomicInteger());
        RtpBundleTransport servers = RtpBundleTransport.open(
                loop,
                List.of(UdpBinding.ephemeral(InetAddress.getLoopbackAddress())),
                InstantDtls.factory(SrtpProfile.AEAD_AES_128_GCM, random),
                gcm,
                null);
        List<TestPeer> peers = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            RtpBundleTransport clients = RtpBundleTransport.open(
                    loop,
                    UdpBinding.ephemeral(InetAddress.getLoopbackAddress()),
                    InstantDtls.factory(SrtpProfile.AEAD_AES_128_GCM, random));
            var client = new TestPeer(loop, 2 * i + 1);
            var server = new TestPeer(loop, 2 * i + 2);
            TestPeer.connect(client, clients, server, servers, random);
            peers.add(client);
            peers.add(server);
        }
        loop.advanceBy(2 * S);
        assertEquals(6 * KEYS_PER_SESSION, gcm.open.get());
        peers.forEach(peer -> peer.sendEvery(5 * MS, 2_000, 500));
        loop.advanceBy(S);

        peers.get(1).transport().close(); // we end it, in the middle of packets both ways
        peers.get(1).transport().close();
        assertEquals(5 * KEYS_PER_SESSION, gcm.open.get());
        peers.get(2).transport().close(); // the peer says goodbye
        loop.advanceBy(S);
        assertEquals(4 * KEYS_PER_SESSION, gcm.open.get());
        servers.close(); // all of them
        loop.advanceBy(60 * S);
        assertEquals(0, gcm.open.get());
    }
}
