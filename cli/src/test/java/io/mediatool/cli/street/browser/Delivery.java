package io.mediatool.cli.street.browser;

import io.mediatool.cli.street.Street;
import io.mediatool.cli.street.browser.RecordedMedia.Frame;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.ToLongFunction;

/**
 * Which of a publisher's coded frames came to a server whole, by nothing of the server's: a relay tells which packets it let through, and
 * when, by their headers, which are not encrypted; what is sent again has the original's number in what is, and that Chromium writes down before.
 */
final class Delivery implements Relay.Upward {
    private static final long NEVER_NS = Long.MAX_VALUE;
    private static final long QUIET_NS = 300_000_000L;
    private static final int NACK = 205;
    private static final String DUMPED = " # RTP_DUMP";

    /** What went up, by SSRC and sequence number; guarded by itself. */
    private final Map<Long, Packet> packets = new HashMap<>();

    private volatile long newestNs = System.nanoTime();

    /** What Chromium has to be told. */
    static String[] flags() {
        return new String[] {
            "--enable-logging=stderr",
            "--vmodule=*/webrtc/pc/srtp_session*=4",
            "--force-fieldtrials=WebRTC-Debugging-RtpDump/Enabled/"
        };
    }

    /**
     * What a publisher's page knows of a publication: its SSRCs, and the frames that have left the encoders.
     *
     * @param again of the retransmissions of pictures
     */
    record Published(int pictures, int again, int sound, List<Frame> codedPictures, List<Frame> codedSound) {}

    /**
     * A coded frame that was sent.
     *
     * @param packets it was sent in
     * @param repaired packets of which the first did not come, but one that was sent again
     * @param missing packets of which nothing came
     * @param unasked of these, for which the publisher was never told that they are missed
     * @param last of these, after which nothing came at all, so that nobody could miss them
     * @param waitedNs how long at most somebody had to wait for a packet of it who had one behind it already
     */
    record Departed(String hash, int packets, int repaired, int missing, int unasked, int last, long waitedNs) {
        /** Whether it could be put together by those who wait so long. */
        boolean isWhole(long patienceNs) {
            return missing == 0 && waitedNs <= patienceNs;
        }
    }

    /** One packet, and when it came to the server. */
    private record Packet(int ssrc, int sequence, long timestamp, long atNs) {
        Packet(ByteBuffer packet, long atNs) {
            this(packet.getInt(8), packet.getShort(2) & 0xffff, packet.getInt(4) & 0xffff_ffffL, atNs);
        }

        long key() {
            return key(ssrc, sequence);
        }

        static long key(int ssrc, int sequence) {
            return (long) ssrc << 16 | sequence;
        }
    }

    /** Under which numbers of their own packets of pictures were sent again, and which the publisher was told to be missed. */
    private record Repairs(Map<Integer, List<Integer>> again, Set<Integer> asked) {}

    @Override
    public void onDatagram(ByteBuffer datagram, boolean isLost, long nowNs) {
        boolean isRtp = datagram.limit() > 12 && (datagram.get(0) & 0xc0) == 0x80 && !isRtcp(datagram);
        if (isRtp) {
            newestNs = nowNs;
            note(new Packet(datagram, isLost ? NEVER_NS : nowNs));
        }
    }

    private void note(Packet packet) {
        synchronized (packets) {
            packets.putIfAbsent(packet.key(), packet);
        }
    }

    private static boolean isRtcp(ByteBuffer packet) {
        int type = packet.get(1) & 0xff;
        return type >= 192 && type <= 223; // RFC 5761 §4
    }

    /** Waits until nothing is on its way any more. */
    void awaitQuiet() {
        long endNs = System.nanoTime() + Street.SOON.toNanos();
        while (System.nanoTime() - newestNs < QUIET_NS) {
            if (System.nanoTime() > endNs) {
                throw new AssertionError("packets keep coming");
            }
            LockSupport.parkNanos(QUIET_NS / 10);
        }
    }

    /**
     * What became of the pictures that were sent, in their order.
     *
     * @param log what Chromium wrote until its end
     */
    List<Departed> pictures(Published published, String log) {
        Repairs repairs = read(published, log);
        return fates(
                published.pictures,
                published.codedPictures,
                repairs.asked,
                original -> repairs.again.getOrDefault(original.sequence, List.of()).stream()
                        .map(again -> packets.get(Packet.key(published.again, again)))
                        .filter(Objects::nonNull)
                        .mapToLong(Packet::atNs)
                        .reduce(original.atNs, Math::min));
    }

    /** The same of sound, which is not sent again. */
    List<Departed> sound(Published published) {
        return fates(published.sound, published.codedSound, Set.of(), Packet::atNs);
    }

    private List<Departed> fates(int ssrc, List<Frame> coded, Set<Integer> asked, ToLongFunction<Packet> arrival) {
        var hashes = new HashMap<Long, String>();
        coded.forEach(frame -> hashes.put(frame.time(), frame.hash()));
        long first = coded.get(0).time();
        var fates = new ArrayList<Departed>();
        synchronized (packets) {
            List<Packet> sent = packets.values().stream()
                    .filter(packet -> packet.ssrc == ssrc)
                    .sorted(Comparator.<Packet>comparingInt(packet -> (int) (packet.timestamp - first))
                            .thenComparing((one, other) -> (short) (one.sequence - other.sequence)))
                    .toList();
            long behindNs = NEVER_NS; // when the first came of all packets behind this one
            for (int end = sent.size(); end > 0; ) {
                long timestamp = sent.get(end - 1).timestamp;
                int begin = end;
                while (begin > 0 && sent.get(begin - 1).timestamp == timestamp) {
                    begin--;
                }
                String hash = hashes.getOrDefault(timestamp, "of no frame: " + timestamp);
                Departed fate = fate(hash, sent.subList(begin, end), asked, arrival, behindNs);
                fates.add(0, fate);
                for (Packet packet : sent.subList(begin, end)) {
                    behindNs = Math.min(behindNs, arrival.applyAsLong(packet));
                }
                end = begin;
            }
        }
        return fates;
    }

    private static Departed fate(
            String hash, List<Packet> frame, Set<Integer> asked, ToLongFunction<Packet> arrival, long firstBehindNs) {
        long behindNs = firstBehindNs;
        int repaired = 0;
        int missing = 0;
        int unasked = 0;
        int last = 0;
        long waitedNs = 0;
        for (int i = frame.size() - 1; i >= 0; i--) {
            Packet packet = frame.get(i);
            long atNs = arrival.applyAsLong(packet);
            if (atNs == NEVER_NS) {
                missing++;
                unasked += asked.contains(packet.sequence) ? 0 : 1;
                last += behindNs == NEVER_NS ? 1 : 0;
            } else {
                repaired += packet.atNs == NEVER_NS ? 1 : 0;
                waitedNs = behindNs == NEVER_NS ? waitedNs : Math.max(waitedNs, atNs - behindNs);
            }
            behindNs = Math.min(behindNs, atNs);
        }
        return new Departed(hash, frame.size(), repaired, missing, unasked, last, waitedNs);
    }

    private Repairs read(Published published, String log) {
        var repairs = new Repairs(new HashMap<>(), new HashSet<>());
        log.lines().map(String::strip).filter(line -> line.endsWith(DUMPED)).forEach(line -> {
            // O 14:21:19.123 0000 80 60 ... # RTP_DUMP
            String hex = line.substring(line.indexOf(" 0000 ") + 6, line.length() - DUMPED.length());
            ByteBuffer packet = ByteBuffer.wrap(HexFormat.ofDelimiter(" ").parseHex(hex));
            if (!isRtcp(packet) && line.startsWith("O ")) {
                sent(packet, published, repairs);
            } else if (isRtcp(packet) && line.startsWith("I ")) {
                asked(packet, published, repairs);
            }
        });
        return repairs;
    }

    private void sent(ByteBuffer packet, Published published, Repairs repairs) {
        var header = new Packet(packet, NEVER_NS);
        if (header.ssrc == published.pictures || header.ssrc == published.sound) {
            note(header); // unless it came to the relay
        } else if (header.ssrc == published.again) {
            ByteBuffer payload = payload(packet);
            if (payload.remaining() > 2) { // else it only fills the path (RFC 4588 §4)
                int original = payload.getShort(0) & 0xffff;
                repairs.again
                        .computeIfAbsent(original, key -> new ArrayList<>())
                        .add(header.sequence);
            }
        }
    }

    /** RFC 3550 §5.1, §5.3.1. */
    private static ByteBuffer payload(ByteBuffer packet) {
        int from = 12 + 4 * (packet.get(0) & 0xf);
        if ((packet.get(0) & 0x10) != 0) {
            from += 4 + 4 * (packet.getShort(from + 2) & 0xffff);
        }
        int padding = (packet.get(0) & 0x20) != 0 ? packet.get(packet.limit() - 1) & 0xff : 0;
        return packet.slice(from, packet.limit() - padding - from);
    }

    /** RFC 4585 §6.2.1. */
    private static void asked(ByteBuffer compound, Published published, Repairs repairs) {
        int at = 0;
        while (at + 12 <= compound.limit()) {
            int end = at + 4 + 4 * (compound.getShort(at + 2) & 0xffff);
            boolean isNack = (compound.get(at + 1) & 0xff) == NACK && (compound.get(at) & 0x1f) == 1;
            for (int i = at + 12; isNack && compound.getInt(at + 8) == published.pictures && i < end; i += 4) {
                int also = compound.getShort(i + 2) & 0xffff;
                for (int bit = 0; bit <= 16; bit++) {
                    if (bit == 0 || (also >> bit - 1 & 1) != 0) {
                        repairs.asked.add(compound.getShort(i) + bit & 0xffff);
                    }
                }
            }
            at = end;
        }
    }
}
