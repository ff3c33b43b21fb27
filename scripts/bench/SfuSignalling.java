import io.mediatool.core.ice.IceCredentials;
import io.mediatool.core.loop.EventLoop;
import io.mediatool.core.srtp.SrtpProfile;
import io.mediatool.core.transport.DtlsIceTransport;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;

/** Joins a room of a server by WHIP and WHEP, one port for each client. */
final class SfuSignalling implements SfuDoor {
    private final HttpClient http = HttpClient.newHttpClient();
    private final SfuDtls dtls;
    private final String url;
    private final String room;

    SfuSignalling(String url, SrtpProfile profile, String room) {
        this.url = url;
        this.room = room;
        this.dtls = new SfuDtls(profile);
    }

    @Override
    public void connect(boolean publishes, DtlsIceTransport.Listener listener, EventLoop loop) throws Exception {
        IceCredentials local = dtls.credentials();
        String answer = post(url + (publishes ? "/whip/" : "/whep/") + room, offer(publishes, local));
        String candidate = answer.lines()
                .filter(line -> line.startsWith("a=candidate:") && line.contains(" 127.0.0.1 "))
                .findFirst()
                .orElseThrow();
        dtls.connect(answer, candidate, local, listener, loop);
    }

    @Override
    public String negotiated() {
        return dtls.negotiated();
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
