import io.mediatool.core.dtls.DtlsCertificate;
import io.mediatool.core.dtls.DtlsEndpoint;
import io.mediatool.core.dtls.DtlsFingerprint;
import io.mediatool.core.dtls.DtlsRole;
import io.mediatool.core.ice.IceCandidate;
import io.mediatool.core.ice.IceCredentials;
import io.mediatool.core.loop.EventLoop;
import io.mediatool.core.loop.UdpBinding;
import io.mediatool.core.srtp.SrtpProfile;
import io.mediatool.core.transport.DtlsIceTransport;
import io.mediatool.core.transport.RtpBundleTransport;
import io.mediatool.core.transport.TransportSetup;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;

/** Joins the room {@code bench} of a server by WHIP and WHEP, one port for each client. */
final class SfuSignalling {
    private final HttpClient http = HttpClient.newHttpClient();
    private final SecureRandom random = new SecureRandom();
    private final DtlsEndpoint dtls = new DtlsEndpoint(
            DtlsCertificate.selfSigned(random, Instant.now()), List.of(SrtpProfile.AEAD_AES_128_GCM), random);
    private final String url;

    SfuSignalling(String url) {
        this.url = url;
    }

    /** Asks, and begins to connect as the answer says. */
    void connect(boolean publishes, DtlsIceTransport.Listener listener, EventLoop loop, UdpBinding binding) throws Exception {
        IceCredentials local = IceCredentials.random(random);
        String answer = post(url + (publishes ? "/whip/bench" : "/whep/bench"), offer(publishes, local));
        IceCredentials remote = new IceCredentials(value(answer, "ice-ufrag:"), value(answer, "ice-pwd:"));
        DtlsFingerprint fingerprint = DtlsFingerprint.parse(value(answer, "fingerprint:"));
        DtlsRole role = value(answer, "setup:").equals("active") ? DtlsRole.SERVER : DtlsRole.CLIENT;
        RtpBundleTransport bundle = RtpBundleTransport.open(loop, binding, dtls::connection);
        loop.execute(() -> {
            DtlsIceTransport transport =
                    bundle.connect(new TransportSetup(local, role, List.of(fingerprint)), remote, random, listener);
            answer.lines()
                    .filter(line -> line.startsWith("a=candidate:") && line.contains(" 127.0.0.1 "))
                    .map(line -> IceCandidate.parse(line.substring("a=candidate:".length())))
                    .forEach(candidate -> transport.addCandidate(candidate, loop.nowNs()));
        });
    }

    private String post(String to, String offer) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(to))
                .header("Content-Type", "application/sdp")
                .POST(HttpRequest.BodyPublishers.ofString(offer))
                .build();
        HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
        if (response.statusCode() != 201) {
            throw new IllegalStateException(to + ": " + response.statusCode() + " " + response.body());
        }
        return response.body();
    }

    private static String value(String sdp, String attribute) {
        return sdp.lines()
                .filter(line -> line.startsWith("a=" + attribute))
                .findFirst()
                .map(line -> line.substring(2 + attribute.length()))
                .orElseThrow();
    }

    private String offer(boolean publishes, IceCredentials local) {
        String media = """
                c=IN IP4 0.0.0.0
                a=ice-ufrag:%s
                a=ice-pwd:%s
                a=fingerprint:%s
                a=setup:actpass
                a=rtcp-mux
                a=extmap:1 urn:ietf:params:rtp-hdrext:sdes:mid
                a=extmap:2 http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time
                a=%s
                """.formatted(local.ufrag(), local.password(), dtls.fingerprint(), publishes ? "sendonly" : "recvonly");
        String sdp = """
                v=0
                o=- 1 1 IN IP4 127.0.0.1
                s=-
                t=0 0
                a=group:BUNDLE 0 1
                m=audio 9 UDP/TLS/RTP/SAVPF 111
                """ + media + """
                a=mid:0
                a=rtpmap:111 opus/48000/2
                a=fmtp:111 minptime=10;useinbandfec=1
                """ + (publishes ? "a=msid:bench audio\na=ssrc:111 cname:bench\n" : "") + """
                m=video 9 UDP/TLS/RTP/SAVPF 96 97
                """ + media + """
                a=mid:1
                a=rtpmap:96 VP8/90000
                a=rtcp-fb:96 nack
                a=rtcp-fb:96 nack pli
                a=rtcp-fb:96 goog-remb
                a=rtpmap:97 rtx/90000
                a=fmtp:97 apt=96
                """ + (publishes ? "a=msid:bench video\na=ssrc-group:FID 96 97\na=ssrc:96 cname:bench\na=ssrc:97 cname:bench\n" : "");
        return sdp.replace("\n", "\r\n");
    }
}
