package io.mediatool.cli.street.browser;

import io.mediatool.cli.street.Capture;
import io.mediatool.cli.street.Capture.Datagram;
import io.mediatool.cli.street.Street;
import io.mediatool.cli.street.browser.Matroska.Block;
import io.mediatool.cli.street.browser.RecordedMedia.Frame;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;

/**
 * Somebody else in a room, who is forwarded what comes of VP8 and Opus as plain RTP and puts it together by hand: what it has whole, a
 * recorder could have had, too.
 */
final class Witness implements AutoCloseable {
    private static final int RTP_HEADER = 12;
    private static final int SENDER_REPORT = 200;
    private static final int GOODBYE = 203;
    private static final int VIDEO = 0;
    private static final int AUDIO = 2;
    /** What comes again later than this is of no use to those who show pictures. */
    private static final long IN_TIME_NS = 1_000_000_000L;

    private final Capture capture = new Capture("127.0.0.1");

    Witness(Serve serve, String room) throws IOException {
        String target = "{\"target\": \"rtp://127.0.0.1:" + capture.port + "\"}";
        serve.send("POST", "rooms/" + room + "/forwards", target);
    }

    /**
     * Wall clock and media clock at one instant (RFC 3550 §6.4.1), as the publisher has them: forwards pass on its newest report, in
     * timestamps of their own.
     *
     * @param ntpTime 32.32 fixed point
     */
    record Report(long ntpTime, long timestamp) {}

    List<Report> reportsOfPictures() {
        return reports(VIDEO);
    }

    List<Report> reportsOfSound() {
        return reports(AUDIO);
    }

    /** The first one precedes the publisher's, and goes by arrival. */
    private List<Report> reports(int index) {
        return capture.rtcp(index + 1).stream()
                .filter(packet -> packet.u8(1) == SENDER_REPORT)
                .skip(1)
                .map(packet -> new Report(packet.data().getLong(8), packet.u32(16)))
                .toList();
    }

    /** Waits until it is told that nothing more comes. */
    void awaitEnd() {
        long endNs = System.nanoTime() + Street.SOON.toNanos();
        while (!isOver(VIDEO) || !isOver(AUDIO)) {
            if (System.nanoTime() > endNs) {
                throw new AssertionError("no BYE after " + capture.rtp(VIDEO).size() + " and "
                        + capture.rtp(AUDIO).size() + " packets");
            }
            LockSupport.parkNanos(20_000_000);
        }
    }

    private boolean isOver(int index) {
        return capture.rtcp(index + 1).stream().anyMatch(packet -> packet.u8(1) == GOODBYE);
    }

    /** How many packets never came. */
    int lost() {
        return lost(VIDEO) + lost(AUDIO);
    }

    private int lost(int index) {
        TreeMap<Integer, Datagram> packets = inOrder(index);
        return packets.isEmpty() ? 0 : packets.lastKey() - packets.firstKey() + 1 - packets.size();
    }

    private record Coded(long timestamp, ByteBuffer data) {
        Frame frame() {
            return new Frame(timestamp, RecordedMedia.hash(data.duplicate()));
        }
    }

    List<Frame> sounds() {
        return codedSounds().stream().map(Coded::frame).toList();
    }

    List<Frame> pictures() {
        return codedPictures().stream().map(Coded::frame).toList();
    }

    /**
     * Writes what it has, each frame at the time at which the publisher captured it: by its clock on the wall, as the report has it that was
     * delayed least.
     */
    Path captured(Path file, int width, int height) throws IOException {
        var blocks = new ArrayList<Block>();
        for (Coded picture : codedPictures()) {
            boolean isKey = (picture.data.get(0) & 1) == 0; // RFC 6386 §9.1
            blocks.add(new Block(false, wallUs(reportsOfPictures(), picture.timestamp, 90_000), isKey, picture.data));
        }
        for (Coded sound : codedSounds()) {
            blocks.add(new Block(true, wallUs(reportsOfSound(), sound.timestamp, 48_000), true, sound.data));
        }
        return Matroska.write(file, width, height, blocks);
    }

    private static long wallUs(List<Report> reports, long timestamp, int rate) {
        long zero = reports.get(0).ntpTime();
        return reports.stream()
                .mapToLong(report -> {
                    double sinceZero = (report.ntpTime() - zero) / (double) (1L << 32);
                    return Math.round(1e6 * (sinceZero + (int) (timestamp - report.timestamp()) / (double) rate))
                            + (zero >>> 32) * 1_000_000
                            + Math.round((zero & 0xffff_ffffL) * 1e6 / (1L << 32));
                })
                .min()
                .orElseThrow();
    }

    /** Each packet of sound is a frame. */
    private List<Coded> codedSounds() {
        var frames = new ArrayList<Coded>();
        for (Datagram packet : inOrder(AUDIO).values()) {
            frames.add(new Coded(packet.u32(4), payload(packet, RTP_HEADER)));
        }
        return frames;
    }

    /** The pictures whose packets all came, and in time (RFC 7741 §4). */
    private List<Coded> codedPictures() {
        TreeMap<Integer, Datagram> packets = inOrder(VIDEO);
        Set<Integer> late = late(packets);
        var frames = new ArrayList<Coded>();
        ByteBuffer picture = ByteBuffer.allocate(1 << 20);
        boolean whole = false;
        int before = 0;
        for (var entry : packets.entrySet()) {
            Datagram packet = entry.getValue();
            boolean begins = (packet.u8(RTP_HEADER) & 0x17) == 0x10;
            if (begins) {
                picture.clear();
            }
            whole = (begins || whole && entry.getKey() == before + 1) && !late.contains(entry.getKey());
            before = entry.getKey();
            picture.put(payload(packet, RTP_HEADER + descriptor(payload(packet, RTP_HEADER))));
            if (packet.u8(1) >= 0x80 && whole) {
                var data = new byte[picture.position()];
                picture.duplicate().flip().get(data);
                frames.add(new Coded(packet.u32(4), ByteBuffer.wrap(data)));
            }
        }
        return frames;
    }

    private static Set<Integer> late(TreeMap<Integer, Datagram> packets) {
        var late = new HashSet<Integer>();
        long laterOnesNs = Long.MAX_VALUE;
        for (var entry : packets.descendingMap().entrySet()) {
            long atNs = entry.getValue().atNs();
            if (laterOnesNs != Long.MAX_VALUE && atNs - laterOnesNs > IN_TIME_NS) {
                late.add(entry.getKey());
            }
            laterOnesNs = Math.min(laterOnesNs, atNs);
        }
        return late;
    }

    /** How long the descriptor is with which a payload of VP8 begins. */
    private static int descriptor(ByteBuffer payload) {
        if (payload.get(0) >= 0) {
            return 1;
        }
        int has = payload.get(1);
        int length = 2;
        if ((has & 0x80) != 0) {
            length += payload.get(length) >= 0 ? 1 : 2;
        }
        length += (has & 0x40) != 0 ? 1 : 0;
        return length + ((has & 0x30) != 0 ? 1 : 0);
    }

    private static ByteBuffer payload(Datagram packet, int from) {
        return packet.data().slice(from, packet.data().limit() - from);
    }

    /** By sequence numbers, counted on from the first. */
    private TreeMap<Integer, Datagram> inOrder(int index) {
        var packets = new TreeMap<Integer, Datagram>();
        int newest = 0;
        for (Datagram packet : capture.rtp(index)) {
            newest = packets.isEmpty() ? packet.u16(2) : newest;
            int sequence = newest + (short) (packet.u16(2) - newest);
            packets.putIfAbsent(sequence, packet);
            newest = Math.max(newest, sequence);
        }
        return packets;
    }

    @Override
    public void close() {
        capture.close();
    }
}
