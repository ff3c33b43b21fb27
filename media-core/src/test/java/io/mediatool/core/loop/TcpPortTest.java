package io.mediatool.core.loop;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Datagrams over TCP connections, by either engine. */
@ExtendWith(LeakWatch.class)
final class TcpPortTest {
    private static final InetSocketAddress ANY = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    private static final int PATIENCE_MS = 20_000;

    /** Sends back what it gets; as often as the first byte says. */
    private static final class Echo implements TcpListener {
        final List<RemotePath> open = new ArrayList<>();
        int closed;
        final LoopDriver driver;

        Echo(LoopDriver driver) {
            this.driver = driver;
        }

        @Override
        public void onOpened(RemotePath path, long nowNs) {
            open.add(path);
            driver.changed();
        }

        @Override
        public void onDatagram(byte[] data, int offset, int length, RemotePath path, long nowNs) {
            byte[] copy = Arrays.copyOfRange(data, offset, offset + length);
            for (int i = 0; i < (copy[0] & 0xff); i++) {
                path.send(copy, 0, length);
            }
        }

        @Override
        public void onClosed(RemotePath path, long nowNs) {
            open.remove(path);
            closed++;
            driver.changed();
        }

        @Override
        public void onTurnEnd(long nowNs) {}
    }

    private static Socket connect(TcpListener.Port port) throws IOException {
        Socket socket = new Socket();
        socket.connect(port.localAddress(), PATIENCE_MS);
        socket.setSoTimeout(PATIENCE_MS);
        socket.setTcpNoDelay(true);
        return socket;
    }

    private static byte[] frame(byte[] payload) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeShort(payload.length);
        out.write(payload);
        return bytes.toByteArray();
    }

    private static byte[] payload(Random random, int length) {
        byte[] payload = new byte[length];
        random.nextBytes(payload);
        payload[0] = 1;
        return payload;
    }

    @ParameterizedTest
    @EnumSource
    void framesArriveHoweverTheyAreCut(EventLoops.Engine engine) throws Exception {
        try (LoopDriver driver = LoopDriver.real(engine)) {
            TcpListener.Port port = driver.loop.listen(ANY, new Echo(driver));
            for (long seed = 0; seed < 10; seed++) {
                Random random = new Random(seed);
                ByteArrayOutputStream all = new ByteArrayOutputStream();
                List<byte[]> payloads = new ArrayList<>();
                for (int i = 0; i < 40; i++) {
                    payloads.add(
                            payload(random, 1 + random.nextInt(i == 7 ? NettyTcpConnection.MAX_FRAME_BYTES : 1_300)));
                    all.write(frame(payloads.get(i)));
                    all.write(new byte[2]); // an empty one is nothing
                }
                try (Socket socket = connect(port)) {
                    byte[] bytes = all.toByteArray();
                    int at = 0;
                    while (at < bytes.length) {
                        int piece = Math.min(bytes.length - at, 1 + random.nextInt(random.nextBoolean() ? 3 : 4_000));
                        socket.getOutputStream().write(bytes, at, piece);
                        at += piece;
                    }
                    DataInputStream in = new DataInputStream(socket.getInputStream());
                    for (byte[] payload : payloads) {
                        assertArrayEquals(payload, in.readNBytes(in.readUnsignedShort()), "seed " + seed);
                    }
                }
            }
            assertEquals(10, driver.on(port::stats).accepted());
        }
    }

    @ParameterizedTest
    @EnumSource
    void whoSendsNonsenseIsCutOff(EventLoops.Engine engine) throws Exception {
        try (LoopDriver driver = LoopDriver.real(engine)) {
            Echo echo = new Echo(driver);
            TcpListener.Port port = driver.loop.listen(ANY, echo);
            for (byte[] bytes : new byte[][] {"GET / HTTP/1.1\r\n".getBytes("US-ASCII"), {(byte) 0xff}, {0x20, 0x01}}) {
                try (Socket socket = connect(port)) {
                    socket.getOutputStream().write(bytes);
                    if (bytes.length == 1) {
                        socket.getOutputStream().write(0xff);
                    }
                    assertEquals(-1, socket.getInputStream().read());
                }
            }
            driver.until("gone", () -> echo.closed == 3);
            assertEquals(new TcpListener.Stats(0, 3, 0, 3, 0), driver.on(port::stats));
        }
    }

    @ParameterizedTest
    @EnumSource
    void oneAddressGetsNoMoreThanItsShare(EventLoops.Engine engine) throws Exception {
        List<Socket> sockets = new ArrayList<>();
        try (LoopDriver driver = LoopDriver.real(engine)) {
            Echo echo = new Echo(driver);
            TcpListener.Port port = driver.loop.listen(ANY, echo);
            for (int i = 0; i < NettyTcpPort.MAX_PER_ADDRESS; i++) {
                sockets.add(connect(port));
            }
            driver.until("all", () -> echo.open.size() == NettyTcpPort.MAX_PER_ADDRESS);
            try (Socket one = connect(port)) {
                int read;
                try {
                    read = one.getInputStream().read();
                } catch (IOException reset) {
                    read = -1;
                }
                assertEquals(-1, read);
            }
            assertEquals(1, driver.on(port::stats).refused());
            sockets.remove(0).close();
            driver.until("one gone", () -> echo.closed == 1);
            sockets.add(connect(port));
            driver.until("room again", () -> echo.open.size() == NettyTcpPort.MAX_PER_ADDRESS);
            port.close();
            assertEquals(-1, sockets.get(5).getInputStream().read(), "closed with the port");
        } finally {
            for (Socket socket : sockets) {
                socket.close();
            }
        }
    }

    /** Whoever has one IPv6 address has a network of them. */
    @Test
    void anIpv6NetworkIsOneAddress() throws Exception {
        InetAddress one = InetAddress.getByName("2001:db8:1:2::1");
        assertEquals(NettyTcpPort.network(one), NettyTcpPort.network(InetAddress.getByName("2001:db8:1:2:ff::7")));
        assertNotEquals(NettyTcpPort.network(one), NettyTcpPort.network(InetAddress.getByName("2001:db8:1:3::1")));
        InetAddress four = InetAddress.getByName("192.0.2.1");
        assertEquals(NettyTcpPort.network(four), NettyTcpPort.network(InetAddress.getByName("192.0.2.1")));
        assertNotEquals(NettyTcpPort.network(four), NettyTcpPort.network(InetAddress.getByName("192.0.2.2")));
    }

    @ParameterizedTest
    @EnumSource
    void whoReadsTooSlowlyLosesDatagramsAndNothingGrows(EventLoops.Engine engine) throws Exception {
        try (LoopDriver driver = LoopDriver.real(engine)) {
            Echo echo = new Echo(driver);
            TcpListener.Port port = driver.loop.listen(ANY, echo);
            try (Socket socket = connect(port)) {
                byte[] payload = new byte[1_200];
                payload[0] = (byte) 255;
                for (int i = 0; i < 100; i++) {
                    socket.getOutputStream().write(frame(payload)); // asks for 30 MB
                }
                driver.until("drops", () -> port.stats().dropped() > 0);
                DataInputStream in = new DataInputStream(socket.getInputStream());
                for (int i = 0; i < 300; i++) {
                    assertArrayEquals(payload, in.readNBytes(in.readUnsignedShort()));
                }
                driver.run(() -> echo.open.get(0).close());
                int rest = 0;
                for (int read = in.read(); read >= 0; read = in.read()) {
                    rest++;
                }
                assertTrue(rest < 100 * 255 * 1_202, "all of it was kept");
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void aPortThatIsTakenIsNamed(EventLoops.Engine engine) throws Exception {
        try (LoopDriver driver = LoopDriver.real(engine)) {
            TcpListener.Port port = driver.loop.listen(ANY, new Echo(driver));
            BindException taken =
                    assertThrows(BindException.class, () -> driver.loop.listen(port.localAddress(), new Echo(driver)));
            assertTrue(
                    taken.getMessage().contains(":" + port.localAddress().getPort()),
                    String.valueOf(taken.getMessage()));
        }
    }
}
