package io.mediatool.core.bench;

import io.mediatool.core.loop.EventLoop;
import io.mediatool.core.loop.EventLoops;
import io.mediatool.core.loop.UdpBinding;
import io.mediatool.core.loop.UdpSocket;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Plain RTP 1 → N through our {@link UdpSocket} against {@code scripts/bench/reference/forward.c}: nanoseconds of thread
 * CPU per forwarded packet, interleaved rounds, medians. Started by {@code scripts/bench/forward.sh}.
 */
public final class ForwardBench {
    private static final int VIEWERS = 100;
    private static final int PACKET_BYTES = 1_200;
    private static final int ROUNDS = 7;
    private static final int PACKETS_PER_ROUND = 1_200;
    private static final int WARM_UP_PACKETS = 6_000;
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private final byte[] packet = new byte[PACKET_BYTES];
    private final List<InetSocketAddress> viewers = new ArrayList<>();
    private final EventLoop loop;
    private final UdpSocket socket;
    private int sequence;

    private ForwardBench(List<DatagramSocket> sinks) throws Exception {
        for (DatagramSocket sink : sinks) {
            viewers.add((InetSocketAddress) sink.getLocalSocketAddress());
        }
        loop = EventLoops.open("bench", Throwable::printStackTrace);
        socket = loop.bind(
                UdpBinding.ephemeral(InetAddress.getLoopbackAddress()), (data, offset, length, remote, nowNs) -> {});
        packet[0] = (byte) 0x80;
        packet[1] = 96;
    }

    /** @param args the compiled C reference */
    public static void main(String[] args) throws Exception {
        List<DatagramSocket> sinks = new ArrayList<>();
        for (int i = 0; i < VIEWERS; i++) {
            DatagramSocket sink = new DatagramSocket(0, InetAddress.getLoopbackAddress());
            sink.setReceiveBufferSize(4_096);
            sinks.add(sink);
        }
        ForwardBench bench = new ForwardBench(sinks);
        System.out.printf("engine %s, 1 to %d, %d bytes%n", EventLoops.engine(), VIEWERS, PACKET_BYTES);
        System.out.println("burst  ours ns  C sendto ns  ratio");
        bench.round(8, WARM_UP_PACKETS);
        for (int burst : new int[] {1, 2, 4, 8, 40}) {
            bench.round(burst, PACKETS_PER_ROUND);
            double[] ours = new double[ROUNDS];
            double[] reference = new double[ROUNDS];
            for (int i = 0; i < ROUNDS; i++) {
                ours[i] = bench.round(burst, PACKETS_PER_ROUND);
                reference[i] = reference(args[0], burst);
            }
            System.out.printf(
                    "%5d  %7.0f  %11.0f  %5.2f%n",
                    burst, median(ours), median(reference), median(ours) / median(reference));
        }
        bench.loop.close();
        sinks.forEach(DatagramSocket::close);
    }

    private double round(int burst, int packets) throws Exception {
        CompletableFuture<long[]> start = new CompletableFuture<>();
        loop.execute(() -> start.complete(reading()));
        long[] before = start.get();
        CompletableFuture<long[]> end = new CompletableFuture<>();
        loop.execute(() -> turn(burst, packets / burst, end));
        long[] after = end.get();
        return (double) (after[0] - before[0]) / (after[1] - before[1]);
    }

    private long[] reading() {
        return new long[] {THREADS.getCurrentThreadCpuTime(), socket.stats().sent()};
    }

    /** One burst to every viewer, a turn each. */
    private void turn(int burst, int left, CompletableFuture<long[]> end) {
        for (int p = 0; p < burst; p++, sequence++) {
            for (int v = 0; v < viewers.size(); v++) {
                rewrite(sequence + v, v);
                socket.send(packet, 0, PACKET_BYTES, viewers.get(v));
            }
        }
        socket.flush();
        if (left > 1) {
            loop.execute(() -> turn(burst, left - 1, end));
        } else {
            end.complete(reading());
        }
    }

    private void rewrite(int number, int ssrc) {
        packet[2] = (byte) (number >> 8);
        packet[3] = (byte) number;
        packet[10] = (byte) (ssrc >> 8);
        packet[11] = (byte) ssrc;
    }

    private static double reference(String program, int burst) throws Exception {
        Process process = new ProcessBuilder(
                        program,
                        String.valueOf(VIEWERS),
                        String.valueOf(burst),
                        String.valueOf(PACKETS_PER_ROUND / burst),
                        String.valueOf(PACKET_BYTES))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String printed =
                new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.US_ASCII);
        if (process.waitFor() != 0) {
            throw new IllegalStateException("the reference failed");
        }
        return Double.parseDouble(printed.strip());
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }
}
