package io.mediatool.core.transport;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/** A UDP port on this side, a TCP connection with frames (RFC 4571) on the other: a client for passive ICE-TCP out of one for UDP. */
final class Tunnel implements AutoCloseable {
    private final DatagramSocket udp = new DatagramSocket(0, InetAddress.getLoopbackAddress());
    private final Socket tcp = new Socket();
    private final AtomicReference<InetSocketAddress> client = new AtomicReference<>();
    private final AtomicInteger frames = new AtomicInteger();

    Tunnel() throws IOException {}

    /** @return where the client is to send its datagrams */
    InetSocketAddress to(InetSocketAddress server) throws IOException {
        tcp.connect(server, 5_000);
        tcp.setTcpNoDelay(true);
        start(this::up);
        start(this::down);
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), udp.getLocalPort());
    }

    int frames() {
        return frames.get();
    }

    private interface Pump {
        void run() throws IOException;
    }

    private static void start(Pump pump) {
        Thread thread = new Thread(() -> {
            try {
                pump.run();
            } catch (IOException e) {
                // closed
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    private void up() throws IOException {
        DataOutputStream out = new DataOutputStream(tcp.getOutputStream());
        DatagramPacket packet = new DatagramPacket(new byte[2_048], 2_048);
        while (true) {
            packet.setLength(2_048);
            udp.receive(packet);
            client.set((InetSocketAddress) packet.getSocketAddress());
            out.writeShort(packet.getLength());
            // In two pieces, as a network may cut it.
            out.write(packet.getData(), 0, packet.getLength() / 2);
            out.write(packet.getData(), packet.getLength() / 2, packet.getLength() - packet.getLength() / 2);
            frames.incrementAndGet();
        }
    }

    private void down() throws IOException {
        DataInputStream in = new DataInputStream(tcp.getInputStream());
        while (true) {
            byte[] data = new byte[in.readUnsignedShort()];
            in.readFully(data);
            InetSocketAddress to = client.get();
            if (to != null) {
                udp.send(new DatagramPacket(data, data.length, to));
            }
            frames.incrementAndGet();
        }
    }

    @Override
    public void close() throws IOException {
        udp.close();
        tcp.close();
    }
}
