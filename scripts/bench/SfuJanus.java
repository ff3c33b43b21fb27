import io.mediatool.core.ice.IceCredentials;
import io.mediatool.core.loop.EventLoop;
import io.mediatool.core.srtp.SrtpProfile;
import io.mediatool.core.transport.DtlsIceTransport;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;

/**
 * Watches mountpoint 1 of Janus's Streaming plugin over its HTTP interface: a session and a handle for each viewer, Janus offers and we
 * answer. Its configuration lets sessions live without being kept alive.
 */
final class SfuJanus implements SfuDoor {
    private final HttpClient http = HttpClient.newHttpClient();
    private final SfuDtls dtls;
    private final String url;
    private int transaction;

    SfuJanus(String url, SrtpProfile profile) {
        this.url = url;
        this.dtls = new SfuDtls(profile);
    }

    @Override
    public void connect(boolean publishes, DtlsIceTransport.Listener listener, EventLoop loop) throws Exception {
        String session = url + "/" + id(ask(url, new JsonObject().put("janus", "create")));
        JsonObject attach = new JsonObject().put("janus", "attach").put("plugin", "janus.plugin.streaming");
        String handle = session + "/" + id(ask(session, attach));
        ask(handle, message(new JsonObject().put("request", "watch").put("id", 1)));
        JsonObject jsep = null;
        for (int i = 0; i < 10 && jsep == null; i++) {
            jsep = send(HttpRequest.newBuilder(URI.create(session + "?maxev=1"))).getJsonObject("jsep");
        }
        String offer = jsep.getString("sdp");
        IceCredentials local = dtls.credentials();
        JsonObject answer = new JsonObject().put("type", "answer").put("sdp", answer(offer, local));
        ask(handle, message(new JsonObject().put("request", "start")).put("jsep", answer));
        String candidate = offer.lines()
                .filter(line -> line.matches("a=candidate:.* udp \\d+ [\\d.]+ .*"))
                .findFirst()
                .orElseThrow();
        dtls.connect(offer, candidate, local, listener, loop);
    }

    @Override
    public String negotiated() {
        return dtls.negotiated();
    }

    private static JsonObject message(JsonObject body) {
        return new JsonObject().put("janus", "message").put("body", body);
    }

    private static long id(JsonObject response) {
        return response.getJsonObject("data").getLong("id");
    }

    private JsonObject ask(String to, JsonObject request) throws Exception {
        request.put("transaction", Integer.toString(transaction++));
        return send(HttpRequest.newBuilder(URI.create(to)).POST(HttpRequest.BodyPublishers.ofString(request.encode())));
    }

    private JsonObject send(HttpRequest.Builder request) throws Exception {
        String body = http.send(request.build(), HttpResponse.BodyHandlers.ofString()).body();
        JsonObject response = new JsonObject(body);
        if ("error".equals(response.getString("janus"))) {
            throw new IllegalStateException(body);
        }
        return response;
    }

    /** The same lines as our own offer to WHEP has; extensions as Janus has numbered them. */
    private String answer(String offer, IceCredentials local) {
        StringBuilder sdp = new StringBuilder("v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n");
        boolean media = false;
        for (String line : offer.split("\r\n")) {
            if (line.startsWith("m=")) {
                media = true;
                sdp.append(line).append("\r\nc=IN IP4 0.0.0.0\r\na=recvonly\r\na=setup:active\r\na=ice-ufrag:");
                sdp.append(local.ufrag()).append("\r\na=ice-pwd:").append(local.password());
                sdp.append("\r\na=fingerprint:").append(dtls.fingerprint()).append("\r\n");
            } else if (line.startsWith("a=group:") || media && line.matches("a=(mid|rtcp-mux|rtpmap|fmtp|extmap:|rtcp-fb:\\d+ (nack|goog-remb)).*")) {
                sdp.append(line).append("\r\n");
            }
        }
        return sdp.toString();
    }
}
