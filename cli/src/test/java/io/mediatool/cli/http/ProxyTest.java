package io.mediatool.cli.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mediatool.cli.http.exchange.Proxies;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who a request is from when a proxy stands in between. */
final class ProxyTest {
    private static HttpSettings behind(String... proxies) {
        var open = HttpRig.settings(HttpRig.gate(List.of(), null));
        return new HttpSettings(
                open.bind(), 0, null, open.gate(), List.of(), List.of(), null, new Proxies(List.of(proxies)), 1);
    }

    private static String client(HttpRig rig, String... headers) {
        String[] all = new String[headers.length + 2];
        all[0] = "Content-Type";
        all[1] = "application/sdp";
        System.arraycopy(headers, 0, all, 2, headers.length);
        HttpResponse<String> opened = rig.send("POST", "/whip/room/cam", HttpRig.offer("obs-publish"), all);
        assertEquals(201, opened.statusCode(), opened.body());
        String id = HttpRig.header(opened, "Location").replaceAll(".*/", "");
        String told = new JsonObject(rig.ask("GET", "/api/v1/sessions/" + id).body()).getString("client");
        return told.split(" ")[0];
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.0/8, 192.0.2.7, 192.0.2.7",
        "127.0.0.1, '10.0.0.1, 192.0.2.7', 192.0.2.7", // the client wrote the first
        "127.0.0.1;10.0.0.0/8, '192.0.2.7, 10.1.2.3', 192.0.2.7", // two proxies of ours
        "127.0.0.1, '2001:db8:0::5', 2001:db8::5",
        "127.0.0.1, '192.0.2.7:4711', 192.0.2.7",
        "127.0.0.1, 'unknown, 192.0.2.8', 192.0.2.8",
        "127.0.0.1, nonsense, 127.0.0.1",
        "10.0.0.0/8, 192.0.2.7, 127.0.0.1", // written by somebody else
    })
    void theClientIsWhomATrustedProxyNames(String proxies, String header, String expected) throws Exception {
        try (HttpRig rig = HttpRig.open(behind(proxies.split(";")))) {
            assertEquals(expected, client(rig, "X-Forwarded-For", header));
        }
    }

    @Test
    void ratesAreThoseOfTheClients() throws Exception {
        try (HttpRig rig = HttpRig.open(behind("127.0.0.1"))) {
            int refused = 0;
            for (int i = 0; i < 40; i++) {
                String address = "192.0.2." + i;
                refused += rig.send("GET", "/api/v1/rooms", "", "X-Forwarded-For", address)
                                        .statusCode()
                                == 429
                        ? 1
                        : 0;
            }
            assertEquals(0, refused);
            for (int i = 0; i < 20; i++) {
                refused += rig.send("GET", "/api/v1/rooms", "", "X-Forwarded-For", "192.0.2.200")
                                        .statusCode()
                                == 429
                        ? 1
                        : 0;
            }
            assertTrue(refused > 10, "refused " + refused);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"example.com", "10.0.0.0/33", "10.0.0.0/x", "::1/129", "", "10.0.0"})
    void whatIsNoAddressIsRefused(String text) {
        assertThrows(IllegalArgumentException.class, () -> new Proxies(List.of(text)));
    }
}
