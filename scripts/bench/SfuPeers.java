import io.mediatool.core.ice.IceCandidate;
import io.mediatool.core.loop.DatagramListener;
import io.mediatool.core.loop.EventLoop;
import io.mediatool.core.loop.EventLoops;
import io.mediatool.core.loop.TcpListener;
import io.mediatool.core.loop.Timer;
import io.mediatool.core.loop.UdpBinding;
import io.mediatool.core.loop.UdpSocket;
import io.mediatool.core.rtp.RtpPacket;
import io.mediatool.core.transport.DtlsIceTransport;
import io.mediatool.core.transport.RtpBundleTransport;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * The clients of {@code sfu.sh}: {@code SfuPeers VIEWERS SECONDS}. One publisher sends to the server and, as plain RTP, to a
 * reference in C; the viewers of both are here. Prints a port for each of the reference's viewers, then reads {@code server ADDRESS PID}
 * and a line {@code NAME PORT PID} for each reference, and prints what a forwarded packet costs each process.
 *
 * <p>{@code ADDRESS} is a port of {@link SfuCore}, or the URL of {@code mediatool serve} ({@link SfuSignalling}).
 */
final class SfuPeers {
    private static final int WARM_SECONDS = 12;
    /** Viewers that decrypt, to measure the transit; the others count datagrams, to leave the machine to those under measurement. */
    private static final int READERS = 5;
    private static final int MAX_SAMPLES = 4_000_000;

    private final int viewers;
    private final int seconds;
    private final EventLoop loop = EventLoops.open("viewers", Throwable::printStackTrace);
    /** The publisher's own, so that it is in time whatever the viewers do. */
    private final EventLoop publishing = EventLoops.open("publisher", Throwable::printStackTrace);
    private final SfuSource source;
    private long received;
    private long sunk;
    private int samples;
    private final int[] transitUs = new int[MAX_SAMPLES];

    private SfuPeers(int viewers, int seconds) {
        this.viewers = viewers;
        this.seconds = seconds;
        this.source = new SfuSource(publishing);
    }

    /** A process under measurement. */
    private record Subject(String name, long pid) {
        /** Nanoseconds that its threads have run. */
        long cpuNs() throws IOException {
            long sum = 0;
            try (DirectoryStream<Path> tasks = Files.newDirectoryStream(Path.of("/proc/" + pid + "/task"))) {
                for (Path task : tasks) {
                    sum += Long.parseLong(Files.readString(task.resolve("schedstat")).split(" ")[0]);
                }
            }
            return sum;
        }

        /** Bytes of live objects. */
        long heapBytes() throws IOException {
            Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
            Process process = new ProcessBuilder(jcmd.toString(), Long.toString(pid), "GC.class_histogram").start();
            try (BufferedReader lines = process.inputReader()) {
                String total = lines.lines().filter(line -> line.startsWith("Total")).findFirst().orElseThrow();
                return Long.parseLong(total.trim().split(" +")[2]);
            }
        }
    }

    /** The viewers' loop for one that does not decrypt: media is counted and goes no further. */
    private final class Counting implements EventLoop {
        @Override
        public UdpSocket bind(UdpBinding binding, DatagramListener listener) throws IOException {
            return loop.bind(binding, new DatagramListener() {
                @Override
                public void onDatagram(byte[] data, int offset, int length, InetSocketAddress remote, long nowNs) {
                    boolean rtp = length > 1 && data[offset] < 0 && (data[offset + 1] & 0xe0) != 0xc0;
                    if (rtp) {
                        received++;
                    } else {
                        listener.onDatagram(data, offset, length, remote, nowNs);
                    }
                }

                @Override
                public void onTurnEnd(long nowNs) {
                    listener.onTurnEnd(nowNs);
                }
            });
        }

        @Override
        public TcpListener.Port listen(InetSocketAddress local, TcpListener listener) throws IOException {
            return loop.listen(local, listener);
        }

        @Override
        public boolean inLoop() {
            return loop.inLoop();
        }

        @Override
        public void execute(Runnable task) {
            loop.execute(task);
        }

        @Override
        public void gather(long windowNs) {
            loop.gather(windowNs);
        }

        @Override
        public long nowNs() {
            return loop.nowNs();
        }

        @Override
        public Timer schedule(long deadlineNs, Task task) {
            return loop.schedule(deadlineNs, task);
        }

        @Override
        public void close() {}
    }

    private final class Peer implements DtlsIceTransport.Listener {
        private final boolean publishes;
        private final CompletableFuture<DtlsIceTransport> connected = new CompletableFuture<>();
        private int ssrc;

        Peer(boolean publishes) {
            this.publishes = publishes;
        }

        @Override
        public void onConnected(DtlsIceTransport transport, long nowNs) {
            connected.complete(transport);
            if (!publishes) {
                report(transport, nowNs);
            }
        }

        /** A receiver report a second, as every viewer sends. */
        private void report(DtlsIceTransport transport, long nowNs) {
            ByteBuffer report = ByteBuffer.allocate(32).putInt(0x81c9_0007).putInt(1).putInt(ssrc);
            transport.sendRtcp(report.array(), 0, 32);
            loop.schedule(nowNs + 1_000_000_000L, now -> report(transport, now));
        }

        @Override
        public void onUnknownRtp(DtlsIceTransport transport, RtpPacket packet, long nowNs) {
            received++;
            ssrc = packet.ssrc();
            long sentNs = source.sentNs(packet);
            if (samples < MAX_SAMPLES && sentNs > 0) {
                transitUs[samples++] = (int) ((System.nanoTime() - sentNs) / 1_000);
            }
        }

        @Override
        public void onRtcp(DtlsIceTransport transport, byte[] data, int offset, int length, long nowNs) {
            if (publishes && (data[offset + 1] & 0xff) == 206) {
                source.keyFrameWanted();
            }
        }

        @Override
        public void onClosed(DtlsIceTransport transport, String reason, long nowNs) {
            connected.completeExceptionally(new IllegalStateException(reason));
            System.err.println(reason);
        }
    }

    private UdpBinding binding() {
        return UdpBinding.ephemeral(InetAddress.getLoopbackAddress()).withBuffers(1 << 20, 1 << 20);
    }

    private void openSinks() throws IOException {
        for (int i = 0; i < viewers; i++) {
            DatagramListener count = (data, offset, length, remote, nowNs) -> sunk++;
            System.out.println(loop.bind(binding(), count).localAddress().getPort());
        }
        System.out.println();
    }

    /** Connects peer {@code number}; 0 is the publisher. */
    private CompletableFuture<DtlsIceTransport> connect(int number, String server, SfuSignalling signalling) throws Exception {
        Peer peer = new Peer(number == 0);
        EventLoop own = number == 0 ? publishing : number <= READERS ? loop : new Counting();
        if (signalling != null) {
            signalling.connect(number == 0, peer, own, binding());
            return peer.connected;
        }
        RtpBundleTransport bundle = RtpBundleTransport.open(own, binding(), SfuCore.Keyed::open);
        var to = new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(server));
        own.execute(() -> {
            var ice = SfuCore.ice(true, number);
            DtlsIceTransport transport = bundle.connect(SfuCore.setup(false, number), ice, new java.util.Random(number), peer);
            transport.addCandidate(IceCandidate.host("udp", to, 1), own.nowNs());
        });
        return peer.connected;
    }

    private void watch(int first, int last, String server, SfuSignalling signalling) throws Exception {
        List<CompletableFuture<DtlsIceTransport>> watching = new ArrayList<>();
        for (int i = first; i <= last; i++) {
            watching.add(connect(i, server, signalling));
        }
        for (CompletableFuture<DtlsIceTransport> each : watching) {
            each.get(40, TimeUnit.SECONDS);
        }
    }

    private static <T> T on(EventLoop loop, Callable<T> task) throws Exception {
        CompletableFuture<T> result = new CompletableFuture<>();
        loop.execute(() -> {
            try {
                result.complete(task.call());
            } catch (Exception e) {
                result.completeExceptionally(e);
            }
        });
        return result.get(20, TimeUnit.SECONDS);
    }

    private static void pause(int seconds) throws InterruptedException {
        boolean never = new CountDownLatch(1).await(seconds, TimeUnit.SECONDS);
    }

    private long[] counts() throws Exception {
        return new long[] {on(loop, () -> received), on(loop, () -> sunk), on(publishing, source::sent)};
    }

    private void measure(Subject ours, Subject theirs, int port, boolean paced) throws Exception {
        on(publishing, () -> {
            source.pattern(paced);
            source.alsoTo(port);
            return null;
        });
        pause(6); // another pattern has other hot code: the compiler comes first
        on(loop, () -> samples = 0);
        long[] count = counts();
        long oursNs = ours.cpuNs();
        long theirsNs = theirs.cpuNs();
        pause(seconds);
        oursNs = ours.cpuNs() - oursNs;
        theirsNs = theirs.cpuNs() - theirsNs;
        long[] now = counts();
        int[] transit = on(loop, () -> Arrays.copyOf(transitUs, samples));
        Arrays.sort(transit);
        double us = oursNs / 1e3 / (now[0] - count[0]);
        double theirUs = theirsNs / 1e3 / (now[1] - count[1]);
        double due = (now[2] - count[2]) * (double) viewers;
        System.out.printf(
                Locale.ROOT,
                "%s, 1 to %d: mediatool %.2f us a packet, %s %.2f, ratio %.2f; arrived %.2f %% and %.2f %%; "
                        + "transit p50 %.2f ms, p99 %.2f ms; load %s%n",
                paced ? "frames paced by 5 ms" : "frames at once",
                viewers, us, theirs.name, theirUs, us / theirUs,
                100 * (now[0] - count[0]) / due, 100 * (now[1] - count[1]) / due,
                transit[transit.length / 2] / 1e3, transit[transit.length * 99 / 100] / 1e3,
                Files.readString(Path.of("/proc/loadavg")).split(" ")[0]);
    }

    private void run() throws Exception {
        openSinks();
        System.out.flush();
        var in = new BufferedReader(new InputStreamReader(System.in));
        String[] server = in.readLine().split(" ");
        Subject ours = new Subject("mediatool", Long.parseLong(server[2]));
        SfuSignalling signalling = server[1].startsWith("http") ? new SfuSignalling(server[1]) : null;
        UdpSocket plain = publishing.bind(binding(), (data, offset, length, remote, nowNs) -> {});
        DtlsIceTransport publisher = connect(0, server[1], signalling).get(20, TimeUnit.SECONDS);
        on(publishing, () -> {
            source.start(publisher, plain);
            return null;
        });
        int few = viewers / 10;
        watch(1, few, server[1], signalling);
        pause(5);
        long fewBytes = ours.heapBytes();
        watch(few + 1, viewers, server[1], signalling);
        pause(WARM_SECONDS);
        System.out.printf(Locale.ROOT, "heap: %.1f kB a viewer%n", (ours.heapBytes() - fewBytes) / 1e3 / (viewers - few));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            String[] reference = line.split(" ");
            Subject theirs = new Subject(reference[0], Long.parseLong(reference[2]));
            measure(ours, theirs, Integer.parseInt(reference[1]), false);
            measure(ours, theirs, Integer.parseInt(reference[1]), true);
        }
        System.out.flush();
        Runtime.getRuntime().halt(0);
    }

    public static void main(String[] args) throws Exception {
        new SfuPeers(Integer.parseInt(args[0]), Integer.parseInt(args[1])).run();
    }
}
