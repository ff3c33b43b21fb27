package io.mediatool.core.loop.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

final class KernelDropsTest {
    private static final String HEAD =
            "   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout"
                    + " inode ref pointer drops             \n";

    private static long sum(String table, int port) {
        return KernelDrops.sum(table.getBytes(StandardCharsets.US_ASCII), port);
    }

    private static String line(String local, String remote, String drops) {
        return "12345: " + local + " " + remote
                + " 07 00000000:00000000 00:00000000 00000000     0        0 4711 2 00000000abcdef00 " + drops
                + "         \n";
    }

    @Test
    void socketsOfThePortAreAddedUp() {
        String table = HEAD
                + line("0100007F:138C", "00000000:0000", "7")
                + line("00000000:138C", "0100007F:9C40", "35")
                + line("00000000:9C40", "0100007F:138C", "1000");
        assertEquals(42, sum(table, 0x138c));
        assertEquals(1000, sum(table, 0x9c40));
        assertEquals(0, sum(table, 1));
    }

    @Test
    void longAddressesOfIpv6AreNoPorts() {
        String table =
                HEAD + line("00000000000000000000000001000000:1F90", "00000000000000000000000000000000:0000", "3");
        assertEquals(3, sum(table, 8080));
    }

    @Test
    void whatIsNoTableHasNoDrops() {
        assertEquals(0, sum("", 80));
        assertEquals(0, sum(HEAD, 80));
        assertEquals(0, sum("a:b:\n::\n12: 0:50", 0x51));
    }
}
