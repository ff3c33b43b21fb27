package io.mediatool.core.loop;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

final class DatagramCaptureTest {
    private static final byte[] PAYLOAD = {1, 2, 3};

    private static byte[] ipv4() {
        ByteBuffer ip = ByteBuffer.allocate(31);
        ip.put(0, (byte) 0x45).put(9, (byte) 17).putShort(2, (short) 31);
        ip.position(12).put(new byte[] {127, 0, 0, 1}).put(new byte[] {127, 0, 0, 2});
        return udp(ip).array();
    }

    private static byte[] ipv6() {
        ByteBuffer ip = ByteBuffer.allocate(51);
        ip.put(0, (byte) 0x60).put(6, (byte) 17).put(23, (byte) 1).put(39, (byte) 1);
        return udp(ip.position(40)).array();
    }

    private static ByteBuffer udp(ByteBuffer at) {
        return at.putShort((short) 4_000)
                .putShort((short) 5_004)
                .putShort((short) 11)
                .putShort((short) 0)
                .put(PAYLOAD);
    }

    private static byte[] file(ByteOrder order, boolean nanoseconds, int linkType, byte[] header, byte[] ip) {
        ByteBuffer out = ByteBuffer.allocate(200).order(order);
        out.putInt(nanoseconds ? 0xA1B23C4D : 0xA1B2C3D4)
                .putInt(0)
                .putInt(0)
                .putInt(0)
                .putInt(65_535)
                .putInt(linkType);
        for (int i = 0; i < 2; i++) {
            out.putInt(10 + i).putInt(5).putInt(header.length + ip.length).putInt(header.length + ip.length);
            out.put(header).put(ip);
        }
        return Arrays.copyOf(out.array(), out.position());
    }

    @Test
    void readsEveryLinkTypeAndOrder() {
        byte[] ethernet = new byte[14];
        byte[] vlan = new byte[18];
        vlan[12] = (byte) 0x81;
        for (ByteOrder order : List.of(ByteOrder.BIG_ENDIAN, ByteOrder.LITTLE_ENDIAN)) {
            for (boolean nanoseconds : new boolean[] {true, false}) {
                for (byte[] ip : List.of(ipv4(), ipv6())) {
                    check(file(order, nanoseconds, 1, ethernet, ip));
                    check(file(order, nanoseconds, 1, vlan, ip));
                    check(file(order, nanoseconds, 0, new byte[4], ip));
                    check(file(order, nanoseconds, 101, new byte[0], ip));
                    check(file(order, nanoseconds, 113, new byte[16], ip));
                    check(file(order, nanoseconds, 276, new byte[20], ip));
                }
            }
        }
    }

    private static void check(byte[] file) {
        List<DatagramCapture.Datagram> read = DatagramCapture.read(file);
        assertEquals(2, read.size());
        assertEquals(0, read.get(0).timeNs());
        assertEquals(1_000_000_000, read.get(1).timeNs());
        assertEquals(4_000, read.get(1).from().getPort());
        assertEquals(5_004, read.get(1).to().getPort());
        assertArrayEquals(PAYLOAD, read.get(1).payload());
        for (int length = 24; length < file.length; length++) {
            assertTrue(DatagramCapture.read(Arrays.copyOf(file, length)).size() < 2, "prefix " + length);
        }
    }

    @Test
    void refusesOtherFiles() {
        assertThrows(IllegalArgumentException.class, () -> DatagramCapture.read(new byte[100]));
        assertThrows(IllegalArgumentException.class, () -> DatagramCapture.read(new byte[3]));
    }

    @Test
    void replaysInVirtualTime() throws Exception {
        VirtualEventLoop loop = new VirtualEventLoop();
        List<Long> times = new ArrayList<>();
        InetAddress here = InetAddress.getLoopbackAddress();
        loop.bind(UdpBinding.of(new InetSocketAddress(here, 5_004)), (d, o, l, r, nowNs) -> times.add(nowNs));
        List<DatagramCapture.Datagram> capture =
                DatagramCapture.read(file(ByteOrder.BIG_ENDIAN, false, 101, new byte[0], ipv4()));
        DatagramCapture.replay(capture, loop, here, 500);
        assertTrue(loop.runUntilIdle(Long.MAX_VALUE));
        assertEquals(List.of(500L, 1_000_000_500L), times);
    }
}
