package io.mediatool.cli.http.exchange;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** One address asks so often, another is not hindered, and the memory of them has a bound. */
final class RatesTest {
    @Test
    void aBurstThenTheRate() throws UnknownHostException {
        var now = new AtomicLong();
        var rates = new Rates(10, now::get);
        InetAddress one = InetAddress.getByName("192.0.2.1");
        for (int i = 0; i < 40; i++) {
            rates.count(one);
        }
        Refusal refused = assertThrows(Refusal.class, () -> rates.count(one));
        assertEquals(429, refused.status());
        assertDoesNotThrow(() -> rates.count(InetAddress.getByName("192.0.2.2")));
        now.addAndGet(100_000_000L);
        assertDoesNotThrow(() -> rates.count(one));
        assertThrows(Refusal.class, () -> rates.count(one));
    }

    @Test
    void oneNetworkOfIpv6IsOneAsker() throws UnknownHostException {
        var rates = new Rates(1, () -> 0);
        for (int i = 0; i < 4; i++) {
            rates.count(InetAddress.getByName("2001:db8::" + i));
        }
        assertThrows(Refusal.class, () -> rates.count(InetAddress.getByName("2001:db8::9")));
        assertDoesNotThrow(() -> rates.count(InetAddress.getByName("2001:db8:0:1::9")));
    }

    @Test
    void forgetsWhoWasQuietLongest() throws UnknownHostException {
        var rates = new Rates(1, () -> 0);
        for (int i = 0; i < 20_000; i++) {
            rates.count(InetAddress.getByAddress(new byte[] {10, (byte) (i >> 16), (byte) (i >> 8), (byte) i}));
        }
        assertEquals(10_000, rates.remembered());
    }
}
