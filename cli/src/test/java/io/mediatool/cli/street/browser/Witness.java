package io.mediatool.cli.street.browser;

import io.mediatool.cli.street.Capture;
import io.mediatool.cli.street.Capture.Datagram;
import io.mediatool.cli.street.Street;
import io.mediatool.cli.street.browser.RecordedMedia.Frame;
import java.io.IOException;
import java.nio.ByteBuffer;
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

    /** Each packet of sound is a frame. */
    List<Frame> sounds() {
        var frames = new ArrayList<Frame>();
        for (Datagram packet : inOrder(AUDIO).values()) {
            frames.add(new Frame(packet.u32(4), RecordedMedia.hash(payload(packet, RTP_HEADER))));
        }
        return frames;
    }

    /** The pictures whose packets all came, and in time (RFC 7741 §4). */
    List<Frame> pictures() {
        TreeMap<Integer, Datagram> packets = inOrder(VIDEO);
        Set<Integer> late = late(packets);
        var frames = new ArrayList<Frame>();
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
            picture.put(payload(packet, RTP_HEADER + descriptor(packet)));
            if (packet.u8(1) >= 0x80 && whole) {
                frames.add(new Frame(
                        packet.u32(4), RecordedMedia.hash(picture.duplicate().flip())));
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

    private static int descriptor(Datagram packet) {
        if (packet.u8(RTP_HEADER) < 0x80) {
            return 1;
        }
        int has = packet.u8(RTP_HEADER + 1);
        int length = 2;
        if ((has & 0x80) != 0) {
            length += packet.u8(RTP_HEADER + length) < 0x80 ? 1 : 2;
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
