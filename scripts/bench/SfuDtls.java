import io.mediatool.core.dtls.DtlsCertificate;
import io.mediatool.core.dtls.DtlsConnection;
import io.mediatool.core.dtls.DtlsEndpoint;
import io.mediatool.core.dtls.DtlsFingerprint;
import io.mediatool.core.dtls.DtlsRole;
import io.mediatool.core.ice.IceCandidate;
import io.mediatool.core.ice.IceCredentials;
import io.mediatool.core.loop.EventLoop;
import io.mediatool.core.loop.UdpBinding;
import io.mediatool.core.srtp.SrtpKeys;
import io.mediatool.core.srtp.SrtpProfile;
import io.mediatool.core.transport.DtlsIceTransport;
import io.mediatool.core.transport.RtpBundleTransport;
import io.mediatool.core.transport.TransportSetup;
import java.net.InetAddress;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;

/** The clients' side of ICE and DTLS: one certificate, a port for each client. */
final class SfuDtls {
    private final SecureRandom random = new SecureRandom();
    private final DtlsEndpoint endpoint;
    private final Set<String> negotiated = new ConcurrentSkipListSet<>();

    SfuDtls(SrtpProfile profile) {
        endpoint = new DtlsEndpoint(DtlsCertificate.selfSigned(random, Instant.now()), List.of(profile), random);
    }

    IceCredentials credentials() {
        return IceCredentials.random(random);
    }

    DtlsFingerprint fingerprint() {
        return endpoint.fingerprint();
    }

    /** What the server has agreed to, as the handshakes tell. */
    String negotiated() {
        return String.join(" and ", negotiated);
    }

    /** Goes to the {@code candidate} line of the server's {@code sdp} from a port of the same address. */
    void connect(String sdp, String candidate, IceCredentials local, DtlsIceTransport.Listener listener, EventLoop loop)
            throws Exception {
        IceCredentials remote = new IceCredentials(value(sdp, "ice-ufrag:"), value(sdp, "ice-pwd:"));
        DtlsFingerprint fingerprint = DtlsFingerprint.parse(value(sdp, "fingerprint:"));
        DtlsRole role = value(sdp, "setup:").equals("active") ? DtlsRole.SERVER : DtlsRole.CLIENT;
        var setup = new TransportSetup(local, role, List.of(fingerprint));
        InetAddress address = InetAddress.getByName(candidate.split(" ")[4]);
        UdpBinding binding = UdpBinding.ephemeral(address).withBuffers(2 << 20, 1 << 20);
        RtpBundleTransport bundle = RtpBundleTransport.open(loop, binding, this::open);
        loop.execute(() -> {
            DtlsIceTransport transport = bundle.connect(setup, remote, random, listener);
            transport.addCandidate(IceCandidate.parse(candidate.substring("a=candidate:".length())), loop.nowNs());
        });
    }

    private DtlsConnection open(DtlsRole role, List<DtlsFingerprint> peer, EventLoop loop, DtlsConnection.Listener listener) {
        return endpoint.connection(role, peer, loop, new DtlsConnection.Listener() {
            @Override
            public void send(byte[] datagram) {
                listener.send(datagram);
            }

            @Override
            public void onConnected(SrtpKeys keys, long nowNs) {
                negotiated.add(keys.profile().toString());
                listener.onConnected(keys, nowNs);
            }

            @Override
            public void onFailed(String reason, long nowNs) {
                listener.onFailed(reason, nowNs);
            }

            @Override
            public void onClosed(long nowNs) {
                listener.onClosed(nowNs);
            }
        });
    }

    static String value(String sdp, String attribute) {
        return sdp.lines()
                .filter(line -> line.startsWith("a=" + attribute))
                .findFirst()
                .map(line -> line.substring(2 + attribute.length()))
                .orElseThrow();
    }
}
