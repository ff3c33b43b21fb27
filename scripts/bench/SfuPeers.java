import io.mediatool.core.ice.IceCandidate;
import io.mediatool.core.loop.DatagramListener;
import io.mediatool.core.loop.EventLoop;
import io.mediatool.core.loop.EventLoops.Engine;
import io.mediatool.core.loop.EventLoops;
import io.mediatool.core.loop.UdpBinding;
import io.mediatool.core.loop.UdpSocket;
import io.mediatool.core.rtp.RtpPacket;
import io.mediatool.core.srtp.SrtpProfile;
import io.mediatool.core.transport.DtlsIceTransport;
import io.mediatool.core.transport.RtpBundleTransport;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/**
 * The clients of {@code sfu.sh}: {@code SfuPeers VIEWERS SECONDS PROFILE}. One publisher sends to the server and, as plain RTP, to a
 * reference in C or to Janus; the viewers of both are here. Prints a port for each of the viewers of the loops in C, then reads
 * {@code server ADDRESS PID} and a line for each reference ({@link #rival}), and prints what a forwarded packet costs each process.
 *
 * <p>{@code ADDRESS} is a port of {@link SfuCore}, or the URL of {@code mediatool serve} ({@link SfuSignalling}).
 */
final class SfuPeers {
    private static final int WARM_SECONDS = Integer.getInteger("warm", 12);
    /** Viewers that decrypt, to measure the transit; the others count datagrams, to leave the machine to those under measurement. */
    private static final int READERS = 5;
    /** Enough to see what one costs. */
    private static final int FIRST_ROOMS = 10;
    private static final long GATHER_NS = 20_000_000;
    private static final int MAX_SAMPLES = 500_000;

    private final int viewers;
    private final int seconds;
    private final SrtpProfile profile;
    private final EventLoop loop = EventLoops.open("readers", Throwable::printStackTrace);
    /** Of those who only count: it sleeps and takes what has come, which costs half of waking up for each packet. */
    private final EventLoop counting = EventLoops.open("viewers", Throwable::printStackTrace, Engine.EPOLL);
    /** The publisher's own, so that it is in time whatever the viewers do. */
    private final EventLoop publishing = EventLoops.open("publisher", Throwable::printStackTrace);
    private final SfuSource source;
    private final Audience ours = new Audience();
    private final SfuSubject clients = new SfuSubject("clients", ProcessHandle.current().pid());
    private final LongAdder sunk = new LongAdder();

    private SfuPeers(int viewers, int seconds, SrtpProfile profile) {
        this.viewers = viewers;
        this.seconds = seconds;
        this.profile = profile;
        this.source = new SfuSource(publishing);
    }

    /** What the viewers of one server have seen. */
    private final class Audience {
        private final LongAdder received = new LongAdder();
        private int samples;
        private final int[] transitUs = new int[MAX_SAMPLES];

        void take(RtpPacket packet) {
            received.increment();
            long sentNs = source.sentNs(packet);
            if (samples < MAX_SAMPLES && sentNs > 0) {
                transitUs[samples++] = (int) ((System.nanoTime() - sentNs) / 1_000);
            }
        }

        String transit() {
            int[] sorted = Arrays.copyOf(transitUs, samples);
            Arrays.sort(sorted);
            return sorted.length == 0
                    ? "none"
                    : String.format(
                            Locale.ROOT,
                            "p50 %.2f ms, p99 %.2f ms",
                            sorted[sorted.length / 2] / 1e3,
                            sorted[sorted.length * 99 / 100] / 1e3);
        }
    }

    private final class Peer implements DtlsIceTransport.Listener {
        private final boolean publishes;
        private final Audience audience;
        private final EventLoop own;
        private final SfuSource source;
        private final CompletableFuture<DtlsIceTransport> connected = new CompletableFuture<>();
        private int ssrc;

        Peer(boolean publishes, Audience audience, EventLoop own, SfuSource source) {
            this.publishes = publishes;
            this.own = own;
            this.audience = audience;
            this.source = source;
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
            own.schedule(nowNs + 1_000_000_000L, now -> report(transport, now));
        }

        @Override
        public void onUnknownRtp(DtlsIceTransport transport, RtpPacket packet, long nowNs) {
            ssrc = packet.ssrc();
            audience.take(packet);
        }

        @Override
        public void onRtcp(DtlsIceTransport transport, byte[] data, int offset, int length, long nowNs) {
            // Each says its length in words less one (RFC 3550 §6.4.1); what is wanted may stand behind a report.
            for (int at = offset; publishes && at + 4 <= offset + length; at += 4 + 4 * ((data[at + 2] & 0xff) << 8 | data[at + 3] & 0xff)) {
                if ((data[at + 1] & 0xff) == 206) {
                    source.keyFrameWanted();
                }
            }
        }

        @Override
        public void onClosed(DtlsIceTransport transport, String reason, long nowNs) {
            connected.completeExceptionally(new IllegalStateException(reason));
            System.err.println(reason);
        }
    }

    private UdpBinding binding() {
        return UdpBinding.ephemeral(InetAddress.getLoopbackAddress()).withBuffers(2 << 20, 1 << 20);
    }

    private void openSinks() throws IOException {
        for (int i = 0; i < viewers; i++) {
            DatagramListener count = (data, offset, length, remote, nowNs) -> sunk.increment();
            System.out.println(counting.bind(binding(), count).localAddress().getPort());
        }
        System.out.println();
    }

    /** Connects peer {@code number}; 0 is the publisher. */
    private CompletableFuture<DtlsIceTransport> connect(int number, Audience audience, SfuDoor door) throws Exception {
        return connect(number, audience, door, source);
    }

    private CompletableFuture<DtlsIceTransport> connect(int number, Audience audience, SfuDoor door, SfuSource from) throws Exception {
        EventLoop own = number == 0 ? publishing : number <= READERS ? loop : new SfuCounting(counting, audience.received::increment);
        Peer peer = new Peer(number == 0, audience, own, from);
        door.connect(number == 0, peer, own);
        return peer.connected;
    }

    private void watch(int first, int last, Audience audience, SfuDoor door) throws Exception {
        List<CompletableFuture<DtlsIceTransport>> watching = new ArrayList<>();
        for (int i = first; i <= last; i++) {
            watching.add(connect(i, audience, door));
        }
        for (CompletableFuture<DtlsIceTransport> each : watching) {
            each.get(40, TimeUnit.SECONDS);
        }
    }

    /** The door of {@link SfuCore}: what signalling would tell follows from the client's number. */
    private final class CoreDoor implements SfuDoor {
        private final InetSocketAddress server;
        private int number;

        CoreDoor(String port) {
            server = new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(port));
        }

        @Override
        public void connect(boolean publishes, DtlsIceTransport.Listener listener, EventLoop own) throws IOException {
            int client = number++;
            RtpBundleTransport bundle = RtpBundleTransport.open(own, binding(), SfuCore.Keyed::open);
            own.execute(() -> {
                var ice = SfuCore.ice(true, client);
                DtlsIceTransport transport = bundle.connect(SfuCore.setup(false, client), ice, new Random(client), listener);
                transport.addCandidate(IceCandidate.host("udp", server, 1), own.nowNs());
            });
        }

        @Override
        public String negotiated() {
            return "AEAD_AES_128_GCM";
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

    private static String load() throws IOException {
        return Files.readString(Path.of("/proc/loadavg")).split(" ")[0];
    }

    /** Somebody to compare with: the ports that take plain RTP, and its viewers if they are clients of ours. */
    private record Rival(SfuSubject process, int videoPort, int audioPort, Audience audience) {}

    private long[] counts(Rival rival) throws Exception {
        LongAdder theirs = rival.audience == null ? sunk : rival.audience.received;
        return new long[] {ours.received.sum(), theirs.sum(), on(publishing, source::sent)};
    }

    /** The viewers at which one core is full follow from what {@code viewers} take; measured at half of them and at all, paced by 5 ms. */
    private void load(SfuSubject server, SfuDoor door, SfuTransit transit) throws Exception {
        on(publishing, () -> {
            source.pattern(true);
            source.alone();
            return null;
        });
        pause(6);
        long startNs = server.cpuNs();
        pause(seconds);
        double cores = (server.cpuNs() - startNs) / 1e9 / seconds;
        int full = (int) (viewers / cores);
        int watching = viewers;
        for (int wanted : new int[] {full / 2, full}) {
            watch(watching + 1, wanted, ours, door);
            watching = Math.max(watching, wanted);
            pause(6);
            transit(server, transit, watching, wanted == full ? "full load" : "half load, a core is full of " + full);
        }
    }

    /**
     * Rooms of {@code viewers} each, one publisher and its frames at once, one room out of step with the other: measured at half of those
     * that fill a core and at all.
     */
    private void rooms(SfuSubject server, String url) throws Exception {
        SfuTransit transit = new SfuTransit(url);
        List<SfuSource> sources = new ArrayList<>(List.of(source));
        on(publishing, () -> {
            source.pattern(false);
            return null;
        });
        open(sources, FIRST_ROOMS, url);
        pause(WARM_SECONDS);
        long startNs = server.cpuNs();
        pause(seconds);
        int full = (int) (FIRST_ROOMS * seconds * 1e9 / (server.cpuNs() - startNs));
        for (int wanted : new int[] {full / 2, full}) {
            open(sources, wanted, url);
            pause(WARM_SECONDS);
            transit(server, transit, sources, (wanted == full ? "full load" : "half load, a core is full of " + full) + ", rooms of " + viewers);
        }
    }

    private void open(List<SfuSource> sources, int wanted, String url) throws Exception {
        while (sources.size() < wanted) {
            SfuSource next = new SfuSource(publishing);
            SfuDoor door = new SfuSignalling(url, profile, "bench" + sources.size());
            DtlsIceTransport publisher = connect(0, ours, door, next).get(20, TimeUnit.SECONDS);
            on(publishing, () -> {
                next.start(publisher, null);
                return null;
            });
            watch(READERS + 1, READERS + viewers, ours, door);
            sources.add(next);
        }
    }

    private long sent(List<SfuSource> sources) throws Exception {
        return on(publishing, () -> sources.stream().mapToLong(SfuSource::sent).sum());
    }

    private void transit(SfuSubject server, SfuTransit transit, int watching, String what) throws Exception {
        transit(server, transit, List.of(source), watching, what);
    }

    private void transit(SfuSubject server, SfuTransit transit, List<SfuSource> rooms, String what) throws Exception {
        transit(server, transit, rooms, viewers, what);
    }

    /** By the server's own account. */
    private void transit(SfuSubject server, SfuTransit transit, List<SfuSource> rooms, int watching, String what) throws Exception {
        var before = transit.read();
        long[] count = {ours.received.sum(), sent(rooms), server.cpuNs()};
        pause(seconds);
        long[] now = {ours.received.sum(), sent(rooms), server.cpuNs()};
        System.out.printf(
                Locale.ROOT,
                "%d viewers (%s): %.2f of a core; arrived %.2f %%; %s; load %s%n",
                rooms.size() * watching, what, (now[2] - count[2]) / 1e9 / seconds,
                100.0 * (now[0] - count[0]) / ((now[1] - count[1]) * (double) watching),
                SfuTransit.between(before, transit.read()), load());
    }

    private void measure(SfuSubject server, Rival rival, boolean paced) throws Exception {
        on(publishing, () -> {
            source.pattern(paced);
            source.alsoTo(rival.videoPort, rival.audioPort);
            return null;
        });
        pause(6); // another pattern has other hot code: the compiler comes first
        on(loop, () -> ours.samples = 0);
        on(loop, () -> rival.audience == null ? 0 : (rival.audience.samples = 0));
        long[] count = counts(rival);
        long oursNs = server.cpuNs();
        long theirsNs = rival.process.cpuNs();
        long clientsNs = clients.cpuNs();
        pause(seconds);
        oursNs = server.cpuNs() - oursNs;
        theirsNs = rival.process.cpuNs() - theirsNs;
        clientsNs = clients.cpuNs() - clientsNs;
        long[] now = counts(rival);
        double us = oursNs / 1e3 / (now[0] - count[0]);
        double theirUs = theirsNs / 1e3 / (now[1] - count[1]);
        double due = (now[2] - count[2]) * (double) viewers;
        System.out.printf(
                Locale.ROOT,
                "%s, 1 to %d: mediatool %.2f us a packet, %s %.2f, ratio %.2f; arrived %.2f %% and %.2f %%; "
                        + "sender to receiver %s%s; cores: mediatool %.2f, %s %.2f, clients %.2f; load %s%n",
                paced ? "frames paced by 5 ms" : "frames at once",
                viewers, us, rival.process.name(), theirUs, us / theirUs,
                100 * (now[0] - count[0]) / due, 100 * (now[1] - count[1]) / due,
                on(loop, ours::transit), rival.audience == null ? "" : " and " + on(loop, rival.audience::transit),
                oursNs / 1e9 / seconds, rival.process.name(), theirsNs / 1e9 / seconds, clientsNs / 1e9 / seconds, load());
    }

    /** {@code NAME PID PORT}, or {@code NAME PID VIDEO_PORT AUDIO_PORT URL} for Janus. */
    private Rival rival(String[] words) throws Exception {
        var process = new SfuSubject(words[0], Long.parseLong(words[1]));
        int video = Integer.parseInt(words[2]);
        if (words.length == 3) {
            return new Rival(process, video, video, null);
        }
        Audience audience = new Audience();
        SfuDoor door = new SfuJanus(words[4], profile);
        watch(1, viewers, audience, door);
        System.out.println(process.name() + " negotiated " + door.negotiated());
        return new Rival(process, video, Integer.parseInt(words[3]), audience);
    }

    private void run() throws Exception {
        counting.execute(() -> counting.gather(GATHER_NS));
        openSinks();
        System.out.flush();
        var in = new BufferedReader(new InputStreamReader(System.in));
        String[] words = in.readLine().split(" ");
        SfuSubject server = new SfuSubject("mediatool", Long.parseLong(words[2]));
        SfuDoor door = words[1].startsWith("http") ? new SfuSignalling(words[1], profile, "bench") : new CoreDoor(words[1]);
        UdpSocket plain = publishing.bind(binding(), (data, offset, length, remote, nowNs) -> {});
        DtlsIceTransport publisher = connect(0, ours, door).get(20, TimeUnit.SECONDS);
        on(publishing, () -> {
            source.start(publisher, plain);
            return null;
        });
        int few = viewers / 10;
        watch(1, few, ours, door);
        pause(5);
        long fewBytes = server.heapBytes();
        int half = viewers / 2;
        watch(few + 1, half, ours, door);
        if (words[1].startsWith("http")) {
            pause(WARM_SECONDS);
            transit(server, new SfuTransit(words[1]), half, "half of those asked for, frames at once");
            on(publishing, () -> {
                source.pattern(true);
                return null;
            });
            transit(server, new SfuTransit(words[1]), half, "half of those asked for, frames paced by 5 ms");
        }
        watch(half + 1, viewers, ours, door);
        pause(WARM_SECONDS);
        System.out.printf(Locale.ROOT, "heap: %.1f kB a viewer%n", (server.heapBytes() - fewBytes) / 1e3 / (viewers - few));
        System.out.println("mediatool negotiated " + door.negotiated());
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            if (line.equals("rooms")) {
                rooms(server, words[1]);
                continue;
            }
            if (line.equals("load")) {
                load(server, door, new SfuTransit(words[1]));
                continue;
            }
            Rival rival = rival(line.split(" "));
            measure(server, rival, false);
            measure(server, rival, true);
        }
        System.out.flush();
        Runtime.getRuntime().halt(0);
    }

    public static void main(String[] args) throws Exception {
        new SfuPeers(Integer.parseInt(args[0]), Integer.parseInt(args[1]), SrtpProfile.valueOf(args[2])).run();
    }
}
