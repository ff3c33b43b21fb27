package io.mediatool.cli.street;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Random;

/** Somebody at another address of the loopback network who asks too much, asks nonsense, or connects and is silent. */
final class HttpFlood implements AutoCloseable {
    private static final int SILENT = 200;
    private static final int PIPELINED = 100;
    private static final byte[] ADDRESS = {127, 0, 3, 1};

    private final Random random;
    private final int port;
    private final Deque<Socket> silent = new ArrayDeque<>();
    private long requests;
    private long connections;

    HttpFlood(Random random, int port) {
        this.random = random;
        this.port = port;
    }

    /** One connection with what it says. */
    void send() throws IOException {
        Socket socket = new Socket();
        socket.bind(new InetSocketAddress(InetAddress.getByAddress(ADDRESS), 0));
        socket.setSoTimeout(2_000);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 10_000);
        connections++;
        int kind = random.nextInt(8);
        try {
            if (kind == 0) {
                socket.getOutputStream().write("POST /whip/demo HTTP/1.1\r\nHos".getBytes(StandardCharsets.ISO_8859_1));
                silent.add(socket);
                if (silent.size() > SILENT) {
                    silent.remove().close();
                }
                return;
            }
            socket.getOutputStream().write(kind == 1 ? garbage() : requests(kind));
            socket.shutdownOutput();
            socket.getInputStream().transferTo(OutputStream.nullOutputStream());
        } catch (IOException refused) {
            // closed on us
        }
        socket.close();
    }

    private byte[] garbage() {
        byte[] bytes = new byte[1 + random.nextInt(30_000)];
        random.nextBytes(bytes);
        return bytes;
    }

    private byte[] requests(int kind) {
        String body = kind == 2 ? new String(garbage(), StandardCharsets.ISO_8859_1) : "v=0\r\n";
        String one = switch (kind) {
            case 2, 3 ->
                "POST /whip/demo HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/sdp\r\nContent-Length: "
                        + body.length() + "\r\n\r\n" + body;
            case 4 -> "DELETE /api/v1/sessions/" + random.nextLong() + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
            case 5 -> "GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n";
            default -> "GET /api/v1/rooms HTTP/1.1\r\nHost: localhost\r\n\r\n";
        };
        int count = kind == 2 ? 1 : PIPELINED;
        requests += count;
        return one.repeat(count).getBytes(StandardCharsets.ISO_8859_1);
    }

    String told() {
        return requests + " requests on " + connections + " connections";
    }

    @Override
    public void close() throws IOException {
        for (Socket socket : silent) {
            socket.close();
        }
    }
}
