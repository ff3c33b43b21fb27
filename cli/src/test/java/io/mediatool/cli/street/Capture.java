package io.mediatool.cli.street;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.ArrayList;
import java.util.List;

/**
 * Everything that arrives on four ports (RTP and RTCP of two tracks), as it came off the wire. Read by hand, RFC 3550 in hand:
 * what our own parsers would overlook is seen here.
 */
public final class Capture implements AutoCloseable {
    static final int PORTS = 4;

    public final int port = Street.freePorts(PORTS / 2);

    private final List<Datagram> datagrams = new ArrayList<>();
    private final Ports ports;

    /** One datagram: to which of the ports it came, when on the monotonic clock and by the wall, and what. */
    public record Datagram(int port, long atNs, long wallMs, ByteBuffer data) {
        public boolean isRtcp() {
            int type = u8(1);
            return type >= 192 && type <= 223; // RFC 5761 §4
        }

        public int u8(int at) {
            return data.get(at) & 0xff;
        }

        public int u16(int at) {
            return data.getShort(at) & 0xffff;
        }

        public long u32(int at) {
            return data.getInt(at) & 0xffff_ffffL;
        }
    }

    public Capture(String address) throws IOException {
        ports = new Ports(address, port, PORTS, this::take);
        ports.start("capture");
    }

    /** The RTP packets on one of the ports, in the order they came. */
    public List<Datagram> rtp(int index) {
        return on(index).stream().filter(each -> !each.isRtcp()).toList();
    }

    /** The RTCP packets on one of the ports, compound ones taken apart. */
    public List<Datagram> rtcp(int index) {
        var packets = new ArrayList<Datagram>();
        for (Datagram compound : on(index)) {
            int at = 0;
            while (compound.isRtcp() && at < compound.data().limit()) {
                int length = 4 * (compound.u16(at + 2) + 1);
                packets.add(new Datagram(
                        index,
                        compound.atNs(),
                        compound.wallMs(),
                        compound.data().slice(at, length)));
                at += length;
            }
        }
        return packets;
    }

    private List<Datagram> on(int index) {
        synchronized (datagrams) {
            return datagrams.stream().filter(each -> each.port() == index).toList();
        }
    }

    private void take(int index, DatagramChannel channel, ByteBuffer datagram) {
        var data = ByteBuffer.allocate(datagram.limit()).put(datagram).flip();
        synchronized (datagrams) {
            datagrams.add(new Datagram(index, System.nanoTime(), System.currentTimeMillis(), data));
        }
    }

    @Override
    public void close() {
        ports.close();
    }
}
