package io.mediatool.cli.street;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.ToIntFunction;
import java.util.stream.IntStream;

/**
 * Takes one push on four ports (RTP and RTCP of two tracks) and hands each datagram on to any number of recorders, counting
 * the pictures (the test's clock), the frames of sound and the sender reports. A picture ends with the marker bit of the first track.
 */
final class Fan implements AutoCloseable {
    private static final int PORTS = 4;
    private static final int SENDER_REPORT = 200;

    /** The first of the four ports to push to. */
    final int port = Street.freePorts(PORTS);

    private final Ports ports;
    private final Set<Integer> targets = new CopyOnWriteArraySet<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition arrived = lock.newCondition();
    private final List<List<byte[]>> kept = new ArrayList<>();
    private final List<Long> arrivals = new ArrayList<>();
    private final ToIntFunction<ByteBuffer> framesOfSound;
    private final List<List<Long>> reportsNs = List.of(new ArrayList<>(), new ArrayList<>());
    private volatile Weather weather = (index, datagram) -> List.of(datagram);
    private long pictures;
    private long sounds;
    private long packets;

    /** For sound of one frame a packet. */
    Fan() throws IOException {
        this(packet -> 1);
    }

    /**
     * @param framesOfSound how many frames an RTP packet of the second track carries
     */
    Fan(ToIntFunction<ByteBuffer> framesOfSound) throws IOException {
        this.framesOfSound = framesOfSound;
        for (int i = 0; i < PORTS; i++) {
            kept.add(new ArrayList<>());
        }
        ports = new Ports("127.0.0.1", port, PORTS, this::handOn);
        ports.start("fan");
    }

    /** What happens to datagrams on the way; nothing unless said. */
    interface Weather {
        /** What is handed on now instead of what came to the {@code index}-th port. */
        List<ByteBuffer> pass(int index, ByteBuffer datagram);
    }

    /** From now on under this weather; on the fan's thread. */
    void weather(Weather next) {
        weather = next;
    }

    /** From now on also to the four ports from {@code target} on. */
    void add(int target) {
        targets.add(target);
    }

    /** Every datagram that has come to the {@code index}-th port, in order; for short pushes. */
    List<byte[]> kept(int index) {
        lock.lock();
        try {
            return List.copyOf(kept.get(index));
        } finally {
            lock.unlock();
        }
    }

    /** When each datagram came to the first port, in nanoseconds of the machine's clock. */
    List<Long> arrivals() {
        lock.lock();
        try {
            return List.copyOf(arrivals);
        } finally {
            lock.unlock();
        }
    }

    /** What has come to each of the four ports. */
    List<List<byte[]>> kept() {
        return IntStream.range(0, PORTS).mapToObj(this::kept).toList();
    }

    /** Starts {@code mediatool record} of the push that {@code sdp} describes, on ports of its own. */
    Visitor recorder(Path directory, String sdp, Path file, List<String> options) throws IOException {
        int target = Street.freePorts(PORTS);
        Path description = Files.writeString(directory.resolve("port" + target + ".sdp"), described(sdp, target));
        var arguments = new ArrayList<String>(List.of("record", description.toString(), "-o", file.toString()));
        arguments.addAll(options);
        add(target);
        return Street.mediatool(directory, arguments.toArray(String[]::new));
    }

    /** The push's description as a listener on {@code target} and above needs it. */
    String described(String sdp, int target) {
        return sdp.replace("m=video " + port, "m=video " + target)
                .replace("m=audio " + (port + 2), "m=audio " + (target + 2));
    }

    void remove(int target) {
        targets.remove(target);
    }

    /** How many frames FFmpeg's AAC packets carry: a header of 16 bits each, and before them their length in bits (RFC 3640 §3.2.1). */
    static int framesOfAac(ByteBuffer packet) {
        return packet.getShort(12) / 16;
    }

    /** Pictures handed on so far. */
    long pictures() {
        return sent().pictures();
    }

    /** What has been handed on so far. */
    Sent sent() {
        lock.lock();
        try {
            return new Sent(pictures, sounds, System.nanoTime());
        } finally {
            lock.unlock();
        }
    }

    /** Frames handed on until {@code atNs}. */
    record Sent(long pictures, long sounds, long atNs) {}

    /** Whether between two moments there was a sender report of each track. */
    boolean hasReported(long fromNs, long untilNs) {
        lock.lock();
        try {
            return reportsNs.stream().allMatch(track -> track.stream().anyMatch(ns -> ns > fromNs && ns < untilNs));
        } finally {
            lock.unlock();
        }
    }

    /** Waits until {@code count} pictures have been handed on. */
    void awaitPictures(long count) throws InterruptedException {
        await(() -> pictures >= count);
    }

    /** Waits for {@code more} more packets of the first track. */
    void awaitPackets(long more) throws InterruptedException {
        lock.lock();
        try {
            long until = packets + more;
            await(() -> packets >= until);
        } finally {
            lock.unlock();
        }
    }

    private void await(BooleanSupplier reached) throws InterruptedException {
        lock.lock();
        try {
            long leftNs = Street.SOON.toNanos();
            while (!reached.getAsBoolean()) {
                if (leftNs <= 0) {
                    throw new AssertionError("the push stopped at packet " + packets);
                }
                leftNs = arrived.awaitNanos(leftNs);
            }
        } finally {
            lock.unlock();
        }
    }

    private void handOn(int index, DatagramChannel channel, ByteBuffer datagram) {
        keep(index, datagram.duplicate());
        for (ByteBuffer passed : weather.pass(index, datagram.duplicate())) {
            for (int target : targets) {
                send(channel, passed.duplicate(), target + index);
            }
        }
        count(index, datagram);
    }

    private void keep(int index, ByteBuffer datagram) {
        byte[] bytes = new byte[datagram.remaining()];
        datagram.get(bytes);
        lock.lock();
        try {
            kept.get(index).add(bytes);
            if (index == 0) {
                arrivals.add(System.nanoTime());
            }
        } finally {
            lock.unlock();
        }
    }

    private static void send(DatagramChannel channel, ByteBuffer datagram, int target) {
        try {
            channel.send(datagram, new InetSocketAddress("127.0.0.1", target));
        } catch (IOException e) {
            // Nobody listens there yet, or any more.
        }
    }

    private void count(int index, ByteBuffer datagram) {
        lock.lock();
        try {
            if (index == 0) {
                packets++;
                pictures += (datagram.get(1) & 0x80) != 0 ? 1 : 0;
            } else if (index == 2) {
                sounds += framesOfSound.applyAsInt(datagram);
            } else if ((datagram.get(1) & 0xff) == SENDER_REPORT) {
                reportsNs.get(index / 2).add(System.nanoTime());
            }
            arrived.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        ports.close();
    }
}
