package io.mediatool.cli.http.media;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.mediatool.cli.http.exchange.Refusal;
import java.time.Instant;
import org.junit.jupiter.api.Test;

final class LinksTest {
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private final Links links = new Links(() -> now);
    private final Instant expiry = links.expiry(60);
    private final String expires = String.valueOf(expiry.getEpochSecond());
    private final String signature = links.query("a.mp4", expiry).replaceAll(".*signature=", "");

    private void refused(String name, String until, String signed) {
        assertEquals(
                403,
                assertThrows(Refusal.class, () -> links.verify(name, until, signed))
                        .status());
    }

    @Test
    void goodForOneFileAndSomeTime() {
        assertDoesNotThrow(() -> links.verify("a.mp4", expires, signature));
        refused("b.mp4", expires, signature);
        refused("a.mp4", String.valueOf(expiry.getEpochSecond() + 1), signature);
        now = expiry;
        assertDoesNotThrow(() -> links.verify("a.mp4", expires, signature));
        now = expiry.plusSeconds(1);
        refused("a.mp4", expires, signature);
    }

    @Test
    void forgedOnesAreRefused() {
        refused("a.mp4", expires, "");
        refused("a.mp4", "null", signature);
        refused("a.mp4", "", signature);
        refused("a.mp4", expires, signature.substring(1));
        refused("a.mp4", expires, signature + "A");
        refused("a.mp4", expires, "é".repeat(43));
        for (int i = 0; i < signature.length() - 1; i++) {
            char other = signature.charAt(i) == 'A' ? 'B' : 'A';
            refused("a.mp4", expires, signature.substring(0, i) + other + signature.substring(i + 1));
        }
        String elsewhere = new Links(() -> now).query("a.mp4", expiry).replaceAll(".*signature=", "");
        refused("a.mp4", expires, elsewhere);
    }

    /** Name and time are told apart. */
    @Test
    void nothingMovesFromTheTimeToTheName() {
        String other = links.query("1\na.mp4", expiry).replaceAll(".*signature=", "");
        refused("a.mp4", expires + "\n1", other);
    }
}
