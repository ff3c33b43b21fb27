package io.mediatool.core.dtls;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mediatool.core.loop.FakeNetwork;
import io.mediatool.core.loop.FakeNetwork.Link;
import io.mediatool.core.srtp.SrtpKeys;
import io.mediatool.core.srtp.SrtpProfile;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class DtlsConnectionTest {
    private static final long MS = 1_000_000L;

    private static void assertSameKeys(DtlsLink link) {
        SrtpKeys client = link.client.keys;
        SrtpKeys server = link.server.keys;
        assertNotNull(client);
        assertNotNull(server);
        assertArrayEquals(client.outgoingKey(), server.incomingKey());
        assertArrayEquals(client.incomingKey(), server.outgoingKey());
        assertArrayEquals(client.outgoingSalt(), server.incomingSalt());
        assertArrayEquals(client.incomingSalt(), server.outgoingSalt());
    }

    private static boolean bothTold(DtlsLink link) {
        return !link.client.events.isEmpty() && !link.server.events.isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void bothSidesGetTheSameKeys(SrtpProfile profile) throws Exception {
        try (DtlsLink link = new DtlsLink(1, Link.PERFECT, List.of(profile), SrtpProfile.PREFERRED)) {
            link.start();
            link.until(() -> bothTold(link));
            assertEquals(List.of("connected " + profile), link.client.events);
            assertEquals(List.of("connected " + profile), link.server.events);
            assertSameKeys(link);
            assertTrue(link.client.longest <= 1_200 && link.server.longest <= 1_200);
        }
    }

    @Test
    void theServersPreferenceDecides() throws Exception {
        List<SrtpProfile> client = List.of(SrtpProfile.AES_CM_128_HMAC_SHA1_80, SrtpProfile.AEAD_AES_256_GCM);
        try (DtlsLink link = new DtlsLink(1, Link.PERFECT, client, SrtpProfile.PREFERRED)) {
            link.start();
            link.until(() -> bothTold(link));
            assertEquals(List.of("connected AEAD_AES_256_GCM"), link.client.events);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void connectsOverALossyNetwork(long seed) throws Exception {
        Link lossy = Link.PERFECT
                .withDelay(10 * MS, 10 * MS)
                .withLoss(0.2)
                .withDuplicates(0.1)
                .withReordering(0.1, 20 * MS);
        try (DtlsLink link = new DtlsLink(seed, lossy, SrtpProfile.PREFERRED, SrtpProfile.PREFERRED)) {
            link.start();
            link.until(() -> bothTold(link));
            assertEquals(List.of("connected AEAD_AES_128_GCM"), link.client.events, "seed " + seed);
            assertEquals(List.of("connected AEAD_AES_128_GCM"), link.server.events, "seed " + seed);
            assertSameKeys(link);
        }
    }

    @Test
    void aCertificateOfSomebodyElseIsRefusedByTheServer() throws Exception {
        try (DtlsLink link = new DtlsLink(1, Link.PERFECT, SrtpProfile.PREFERRED, SrtpProfile.PREFERRED)) {
            link.start(link.server.endpoint.fingerprint(), link.server.endpoint.fingerprint());
            link.until(() -> bothTold(link));
            assertTrue(
                    link.server.events.get(0).startsWith("failed DTLS handshake refused"), link.server.events.get(0));
            assertTrue(link.client.events.get(0).startsWith("failed the peer refused"), link.client.events.get(0));
            assertNull(link.server.keys);
            assertNull(link.client.keys);
        }
    }

    @Test
    void aCertificateOfSomebodyElseIsRefusedByTheClient() throws Exception {
        try (DtlsLink link = new DtlsLink(1, Link.PERFECT, SrtpProfile.PREFERRED, SrtpProfile.PREFERRED)) {
            link.start(link.client.endpoint.fingerprint(), link.client.endpoint.fingerprint());
            link.until(() -> bothTold(link));
            assertTrue(
                    link.client.events.get(0).startsWith("failed DTLS handshake refused"), link.client.events.get(0));
            assertNull(link.server.keys);
        }
    }

    @Test
    void withoutACommonProfileThereIsNoConnection() throws Exception {
        List<SrtpProfile> one = List.of(SrtpProfile.AEAD_AES_128_GCM);
        List<SrtpProfile> other = List.of(SrtpProfile.AES_CM_128_HMAC_SHA1_80);
        try (DtlsLink link = new DtlsLink(1, Link.PERFECT, one, other)) {
            link.start();
            link.until(() -> bothTold(link));
            assertTrue(link.server.events.get(0).contains("no SRTP profile in common"), link.server.events.get(0));
        }
    }

    @Test
    void goodbyeIsHeard() throws Exception {
        try (DtlsLink link = new DtlsLink(1, Link.PERFECT, SrtpProfile.PREFERRED, SrtpProfile.PREFERRED)) {
            link.start();
            link.until(() -> bothTold(link));
            link.client.connection.close(link.loop.nowNs());
            link.client.connection.close(link.loop.nowNs());
            link.until(() -> link.server.events.size() == 2);
            assertEquals("closed", link.server.events.get(1));
            assertEquals(1, link.client.events.size());
        }
    }

    @Test
    void closingEndsAHandshakeUnderWay() throws Exception {
        FakeNetwork.Link nothing = Link.PERFECT.withLoss(1);
        try (DtlsLink link = new DtlsLink(1, nothing, SrtpProfile.PREFERRED, SrtpProfile.PREFERRED)) {
            link.start();
            link.until(() -> link.client.longest > 0);
            link.client.connection.close(link.loop.nowNs());
            link.server.connection.close(link.loop.nowNs());
            link.loop.advanceBy(MS);
            assertEquals(List.of(), link.client.events);
            assertEquals(List.of(), link.server.events);
        }
    }

    @Test
    void hostileDatagramsEndInRefusalOrSilence() throws Exception {
        long seed = 6347;
        Random random = new Random(seed);
        try (DtlsLink link =
                new DtlsLink(seed, Link.PERFECT.withLoss(1), SrtpProfile.PREFERRED, SrtpProfile.PREFERRED)) {
            List<byte[]> flight = new ArrayList<>();
            link.client.tap = flight::add;
            link.start();
            link.until(() -> !flight.isEmpty());
            byte[] hello = flight.get(0);
            for (int round = 0; round < 60; round++) {
                DtlsConnection victim = link.server.endpoint.connection(
                        DtlsRole.SERVER, List.of(link.client.endpoint.fingerprint()), link.loop, link.server);
                victim.start(link.loop.nowNs());
                for (int i = 0; i < 50; i++) {
                    byte[] mutated = Arrays.copyOf(hello, 1 + random.nextInt(hello.length));
                    for (int n = random.nextInt(5); n > 0; n--) {
                        mutated[random.nextInt(mutated.length)] = (byte) random.nextInt();
                    }
                    victim.onDatagram(mutated, 0, mutated.length, link.loop.nowNs());
                }
                link.loop.advanceBy(MS);
                victim.close(link.loop.nowNs());
            }
            link.loop.advanceBy(MS);
            link.server.events.forEach(event -> assertTrue(event.startsWith("failed DTLS handshake"), event));
        }
    }

    @Test
    void fingerprintsAreReadAsSignallingHasThem() {
        String value = "ab:".repeat(31) + "CD";
        assertEquals("sha-256 " + value.toUpperCase(), String.valueOf(DtlsFingerprint.parse("SHA-256 " + value)));
        for (String bad : List.of("", "sha-256", "sha-1 " + "ab:".repeat(19) + "cd", "sha-256 " + value + ":00")) {
            assertNull(DtlsFingerprint.parse(bad), bad);
        }
    }
}
