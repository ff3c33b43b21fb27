package io.mediatool.core.loop;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * The UDP datagrams of a classic pcap file, either byte order, micro- or nanoseconds; link types null/loopback, Ethernet
 * (with VLAN tags), raw IP and Linux cooked. Everything else in it, fragments included, is passed over.
 */
public final class DatagramCapture {

    /** One datagram; {@code timeNs} counts from the first packet of the file. */
    public record Datagram(long timeNs, InetSocketAddress from, InetSocketAddress to, byte[] payload) {}

    private static final int MICROSECONDS = 0xA1B2C3D4;
    private static final int NANOSECONDS = 0xA1B23C4D;
    private static final int UDP = 17;

    private DatagramCapture() {}

    /** @throws IllegalArgumentException when it is not a pcap file; a truncated last record ends it */
    public static List<Datagram> read(byte[] file) {
        ByteBuffer in = ByteBuffer.wrap(file);
        if (file.length < 24) {
            throw new IllegalArgumentException("not a pcap file: shorter than its header");
        }
        if (!magic(in.getInt(0))) {
            in.order(ByteOrder.LITTLE_ENDIAN);
        }
        int magic = in.getInt(0);
        if (!magic(magic)) {
            throw new IllegalArgumentException("not a pcap file: magic " + Integer.toHexString(in.getInt(0)));
        }
        long unitNs = magic == NANOSECONDS ? 1 : 1_000;
        int linkType = in.getInt(20) & 0xFFFF;
        List<Datagram> found = new ArrayList<>();
        in.position(24);
        long firstNs = -1;
        while (in.remaining() >= 16) {
            long timeNs =
                    Integer.toUnsignedLong(in.getInt()) * 1_000_000_000L + Integer.toUnsignedLong(in.getInt()) * unitNs;
            firstNs = firstNs < 0 ? timeNs : firstNs;
            int captured = in.getInt();
            in.getInt();
            if (captured < 0 || captured > in.remaining()) {
                break;
            }
            ByteBuffer frame = in.slice().limit(captured).slice().order(ByteOrder.BIG_ENDIAN);
            in.position(in.position() + captured);
            try {
                packet(frame, linkType, timeNs - firstNs, found);
            } catch (BufferUnderflowException
                    | IndexOutOfBoundsException
                    | IllegalArgumentException
                    | UnknownHostException e) {
                // Cut off by the snapshot length or not what it says: passed over, as a kernel would.
            }
        }
        return found;
    }

    /** Puts all on a loop, the first at {@code startNs}, to {@code address} at their own ports. */
    public static void replay(List<Datagram> datagrams, VirtualEventLoop loop, InetAddress address, long startNs) {
        for (Datagram datagram : datagrams) {
            InetSocketAddress to = new InetSocketAddress(address, datagram.to().getPort());
            loop.inject(startNs + datagram.timeNs(), datagram.from(), to, datagram.payload());
        }
    }

    private static boolean magic(int value) {
        return value == MICROSECONDS || value == NANOSECONDS;
    }

    private static void packet(ByteBuffer frame, int linkType, long timeNs, List<Datagram> out)
            throws UnknownHostException {
        switch (linkType) {
            case 0, 108 -> frame.position(4); // null and loopback: an address family
            case 1 -> ethernet(frame);
            case 113 -> frame.position(16); // Linux cooked
            case 276 -> frame.position(20); // Linux cooked v2
            case 12, 101, 228, 229 -> frame.position(0); // raw IP
            default -> throw new IllegalArgumentException("link type " + linkType);
        }
        ByteBuffer ip = frame.slice();
        int version = (ip.get(0) & 0xF0) >> 4;
        if (version == 4) {
            ipv4(ip, timeNs, out);
        } else if (version == 6 && ip.get(6) == UDP) {
            udp(ip, 40, address(ip, 8, 16), address(ip, 24, 16), timeNs, out);
        }
    }

    private static void ethernet(ByteBuffer frame) {
        int at = 12;
        while (frame.getShort(at) == (short) 0x8100 || frame.getShort(at) == (short) 0x88A8) {
            at += 4;
        }
        frame.position(at + 2);
    }

    private static void ipv4(ByteBuffer ip, long timeNs, List<Datagram> out) throws UnknownHostException {
        boolean fragment = (ip.getShort(6) & 0x3FFF) != 0;
        if (ip.get(9) == UDP && !fragment) {
            udp(ip, (ip.get(0) & 0x0F) * 4, address(ip, 12, 4), address(ip, 16, 4), timeNs, out);
        }
    }

    private static InetAddress address(ByteBuffer ip, int at, int length) throws UnknownHostException {
        byte[] bytes = new byte[length];
        ip.get(at, bytes);
        return InetAddress.getByAddress(bytes);
    }

    private static void udp(ByteBuffer ip, int at, InetAddress from, InetAddress to, long timeNs, List<Datagram> out) {
        int length = (ip.getShort(at + 4) & 0xFFFF) - 8;
        if (length < 0 || at + 8 + length > ip.limit()) {
            return;
        }
        byte[] payload = new byte[length];
        ip.get(at + 8, payload);
        out.add(new Datagram(
                timeNs,
                new InetSocketAddress(from, ip.getShort(at) & 0xFFFF),
                new InetSocketAddress(to, ip.getShort(at + 2) & 0xFFFF),
                payload));
    }
}
