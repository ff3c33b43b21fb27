package io.mediatool.core.transport;

import io.mediatool.core.dtls.DtlsFingerprint;
import io.mediatool.core.dtls.DtlsRole;
import io.mediatool.core.ice.IceCandidate;
import io.mediatool.core.ice.IceCredentials;
import io.mediatool.core.loop.EventLoop;
import io.mediatool.core.rtp.RtpPacket;
import io.mediatool.core.stun.StunClass;
import io.mediatool.core.stun.StunKey;
import io.mediatool.core.stun.StunWriter;
import io.mediatool.core.stun.TransactionId;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** One end of a connection that writes down what it is told: the test's own browser, and its counterpart in the server. */
public final class TestPeer implements DtlsIceTransport.Listener {
    public static final DtlsFingerprint ANYBODY = new DtlsFingerprint("sha-256", "00:".repeat(31) + "00");
    /** Of the packets that it sends. */
    public static final int HEADER_BYTES = 12;

    public final List<String> events = new ArrayList<>();
    /** Sequence numbers of RTP, in order of arrival. */
    public final List<Integer> received = new ArrayList<>();
    /** Of everything received: what, and when. */
    public int digest = 1;

    public int rtcp;
    private final EventLoop loop;
    private final int ssrc;
    private int sequence;
    private @Nullable DtlsIceTransport transport;

    public TestPeer(EventLoop loop, int ssrc) {
        this.loop = loop;
        this.ssrc = ssrc;
    }

    /** Joins a client and its place in the server. */
    public static void connect(
            TestPeer client, RtpBundleTransport from, TestPeer server, RtpBundleTransport to, RandomGenerator random) {
        connect(client, from, server, to, to.localAddress(), random);
    }

    /** As above by way of an address that is not the server's own. */
    public static void connect(
            TestPeer client,
            RtpBundleTransport from,
            TestPeer server,
            RtpBundleTransport to,
            InetSocketAddress by,
            RandomGenerator random) {
        IceCredentials mine = IceCredentials.random(random);
        IceCredentials theirs = IceCredentials.random(random);
        server.transport = to.accept(new TransportSetup(theirs, DtlsRole.SERVER, List.of(ANYBODY)), server);
        client.transport =
                from.connect(new TransportSetup(mine, DtlsRole.CLIENT, List.of(ANYBODY)), theirs, random, client);
        client.transport().addCandidate(IceCandidate.host("udp", by, 1), client.loop.nowNs());
    }

    /** The check that verifies a client's path and chooses it, as a datagram. */
    static byte[] check(IceCredentials server, RandomGenerator random) {
        return StunWriter.binding(StunClass.REQUEST, TransactionId.random(random))
                .username(server.ufrag() + ":client")
                .iceControlling(1)
                .useCandidate()
                .sign(StunKey.shortTerm(server.password()));
    }

    public DtlsIceTransport transport() {
        if (transport == null) {
            throw new AssertionError("not connected to anybody");
        }
        return transport;
    }

    /** Sends the next packet with so many bytes of payload. */
    public void send(int payloadBytes) {
        byte[] packet = new byte[HEADER_BYTES + payloadBytes];
        RtpPacket.writeHeader(packet, 0, false, 96, sequence & 0xffff, 3_000L * sequence, ssrc);
        for (int i = 0; i < payloadBytes; i++) {
            packet[HEADER_BYTES + i] = (byte) (sequence + i);
        }
        sequence++;
        transport().sendRtp(packet, 0, packet.length);
    }

    /** Sends one every {@code everyNs} for {@code count} times. */
    public void sendEvery(long everyNs, int count, int payloadBytes) {
        loop.schedule(loop.nowNs() + everyNs, nowNs -> {
            send(payloadBytes);
            if (count > 1) {
                sendEvery(everyNs, count - 1, payloadBytes);
            }
        });
    }

    @Override
    public void onPath(DtlsIceTransport from, InetSocketAddress address, long nowNs) {
        events.add("path " + address.getPort());
    }

    @Override
    public void onConnected(DtlsIceTransport from, long nowNs) {
        events.add("connected");
    }

    @Override
    public void onUnknownRtp(DtlsIceTransport from, RtpPacket packet, long nowNs) {
        received.add(packet.sequenceNumber());
        digest = 31 * digest + Long.hashCode(nowNs);
        for (int i = 0; i < packet.length(); i++) {
            digest = 31 * digest + packet.data()[packet.offset() + i];
        }
    }

    @Override
    public void onRtcp(DtlsIceTransport from, byte[] data, int offset, int length, long nowNs) {
        rtcp++;
    }

    @Override
    public void onClosed(DtlsIceTransport from, String reason, long nowNs) {
        events.add("closed: " + reason);
    }
}
