package io.mediatool.core.loop.address;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class AddressTextTest {
    /** RFC 5952 §4 and §5, with a port §6. */
    @ParameterizedTest
    @CsvSource({
        "127.0.0.1, 127.0.0.1, 127.0.0.1:80",
        "0:0:0:0:0:0:0:1, ::1, [::1]:80",
        "::, ::, [::]:80",
        "2001:db8:0:0:1:0:0:1, 2001:db8::1:0:0:1, [2001:db8::1:0:0:1]:80",
        "2001:0DB8:0:1:1:1:1:1, 2001:db8:0:1:1:1:1:1, [2001:db8:0:1:1:1:1:1]:80",
        "ff02::1, ff02::1, [ff02::1]:80",
        "fe80::1, fe80::1, [fe80::1]:80",
    })
    void isCanonical(String given, String alone, String withPort) throws UnknownHostException {
        InetAddress address = InetAddress.getByName(given);
        assertEquals(alone, AddressText.of(address));
        assertEquals(withPort, AddressText.of(new InetSocketAddress(address, 80)));
        assertEquals(withPort, AddressText.bracketed(address) + ":80");
    }

    /** The kernel gives 0 with every address of a datagram: {@code 0:0:0:0:0:0:0:1%0}. */
    @Test
    void zonesStandWhereTheyMeanSomething() throws UnknownHostException, SocketException {
        assertEquals("[::1]:5004", AddressText.of(new InetSocketAddress(scoped("::1", 0), 5004)));
        assertEquals("[fe80::1]:5004", AddressText.of(new InetSocketAddress(scoped("fe80::1", 0), 5004)));
        assertEquals("[fe80::1%7]:5004", AddressText.of(new InetSocketAddress(scoped("fe80::1", 7), 5004)));
        assertEquals("ff02::5%7", AddressText.of(scoped("ff02::5", 7)));
        assertEquals("2001:db8::1", AddressText.of(scoped("2001:db8::1", 7)));
        NetworkInterface any = NetworkInterface.networkInterfaces().findFirst().orElseThrow();
        byte[] bytes = InetAddress.getByName("fe80::1").getAddress();
        assertEquals("fe80::1%" + any.getName(), AddressText.of(Inet6Address.getByAddress(null, bytes, any)));
    }

    @Test
    void namesStayNames() {
        assertEquals("example.invalid:80", AddressText.of(InetSocketAddress.createUnresolved("example.invalid", 80)));
    }

    private static InetAddress scoped(String address, int zone) throws UnknownHostException {
        return Inet6Address.getByAddress(null, InetAddress.getByName(address).getAddress(), zone);
    }
}
