package io.mediatool.cli.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.mediatool.core.dtls.WebCertificate;
import java.io.ByteArrayInputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.CertificateFactory;
import java.time.Instant;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;

/** HTTPS with the certificate that {@code --tls-self-signed} makes: a client that trusts it gets through, by HTTP/1.1 and HTTP/2. */
final class TlsTest {
    @Test
    void whoTrustsItGetsThrough() throws Exception {
        WebCertificate made =
                WebCertificate.selfSigned(new SecureRandom(), Instant.now(), List.of("localhost", "127.0.0.1", "::1"));
        HttpSettings open = HttpRig.settings(HttpRig.gate(List.of(), null));
        var settings = new HttpSettings(
                open.bind(),
                0,
                new TlsPair(made.certificatePem(), made.keyPem()),
                open.gate(),
                List.of(),
                List.of(),
                null,
                0);
        try (HttpRig rig = HttpRig.open(settings)) {
            for (HttpClient.Version version : HttpClient.Version.values()) {
                HttpClient client = HttpClient.newBuilder()
                        .sslContext(trusting(made.certificatePem()))
                        .version(version)
                        .build();
                HttpResponse<String> answer =
                        client.send(HttpRequest.newBuilder(rig.uri("/healthz")).build(), BodyHandlers.ofString());
                assertEquals(200, answer.statusCode());
                assertEquals(version, answer.version());
                HttpResponse<String> published = client.send(
                        HttpRequest.newBuilder(rig.uri("/whip/room"))
                                .header("Content-Type", "application/sdp")
                                .POST(HttpRequest.BodyPublishers.ofString(HttpRig.offer("chromium-publish")))
                                .build(),
                        BodyHandlers.ofString());
                assertEquals(201, published.statusCode(), published.body());
            }
            HttpRequest stranger = HttpRequest.newBuilder(rig.uri("/healthz")).build();
            assertThrows(SSLHandshakeException.class, () -> rig.client().send(stranger, BodyHandlers.ofString()));
        }
    }

    private static SSLContext trusting(String pem) throws Exception {
        var store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        store.setCertificateEntry(
                "server",
                CertificateFactory.getInstance("X.509")
                        .generateCertificate(new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII))));
        var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        var context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }
}
