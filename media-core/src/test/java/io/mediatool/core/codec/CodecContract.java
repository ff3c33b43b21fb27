package io.mediatool.core.codec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mediatool.core.bits.Hostility;
import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.codec.CodecStreams.Payload;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;

/** What every codec owes, whatever it is: run by each codec's test with real frames. */
public final class CodecContract {
    /** For each of nine formats: with those of NAL units, RTCP and MPEG-TS more than two million in a normal run. */
    private static final int MUTATED_PACKETS = Hostility.rounds(200_000);

    private CodecContract() {}

    /** Packetize and depacketize is the identity, at any size of payload. */
    public static void identity(CodecModule module, RtpFormat format, List<MediaFrame> frames)
            throws MalformedException {
        for (int max : new int[] {64, 65, 100, 333, 1200, 60_000}) {
            List<Payload> payloads = CodecStreams.payloads(module.packetizer(format, max), frames);
            payloads.forEach(payload -> assertTrue(payload.data().length <= max, "payload larger than " + max));
            assertSame(frames, CodecStreams.frames(module.depacketizer(format), payloads), "payloads of " + max);
        }
    }

    /** Every prefix of every payload is taken or refused, never anything else. */
    public static void prefixes(Supplier<Depacketizer> depacketizers, List<Payload> payloads)
            throws MalformedException {
        for (Payload payload : payloads) {
            for (int length = 0; length < payload.data().length; length++) {
                Payload prefix =
                        new Payload(Arrays.copyOf(payload.data(), length), payload.marker(), payload.timestamp());
                Depacketizer depacketizer = depacketizers.get();
                feed(depacketizer, prefix, new ArrayList<>());
                depacketizer.flush(frame -> {});
            }
        }
    }

    /** One lost packet costs its own frame and no other, and nothing that is delivered whole is wrong. */
    public static void losses(Supplier<Depacketizer> depacketizers, List<Payload> payloads) throws MalformedException {
        losses(depacketizers, payloads, true);
    }

    /**
     * @param startsMarked whether packets tell where a frame starts; where not, what is left of a frame without its first
     *     packets may look whole
     */
    public static void losses(Supplier<Depacketizer> depacketizers, List<Payload> payloads, boolean startsMarked)
            throws MalformedException {
        List<MediaFrame> all = CodecStreams.frames(depacketizers.get(), payloads);
        for (int lost = 0; lost < payloads.size(); lost++) {
            long hit = payloads.get(lost).timestamp();
            List<MediaFrame> got = new ArrayList<>();
            for (MediaFrame frame : CodecStreams.frames(depacketizers.get(), payloads, lost)) {
                boolean whole = !frame.damaged();
                assertTrue(whole || frame.timestamp() == hit, "damaged without loss, lost " + lost);
                if (whole && (startsMarked || frame.timestamp() != hit)) {
                    got.add(frame);
                }
            }
            List<MediaFrame> wanted = new ArrayList<>(all);
            wanted.removeIf(frame -> frame.timestamp() == hit);
            assertSame(wanted, got, "lost packet " + lost);
        }
    }

    /** Mutated packets do no harm: only {@link MalformedException}, bounded output, and a sound state afterwards. */
    public static void mutations(Supplier<Depacketizer> depacketizers, List<Payload> payloads, long seed)
            throws MalformedException {
        List<MediaFrame> clean = CodecStreams.frames(depacketizers.get(), payloads);
        Random random = new Random(seed);
        long later =
                payloads.get(payloads.size() - 1).timestamp() - payloads.get(0).timestamp() + 1_000_000;
        for (int fed = 0, round = 0; fed < MUTATED_PACKETS; fed += payloads.size(), round++) {
            Depacketizer depacketizer = depacketizers.get();
            List<MediaFrame> frames = new ArrayList<>();
            for (Payload payload : payloads) {
                if (random.nextInt(10) == 0) {
                    depacketizer.onLoss();
                }
                feed(depacketizer, mutate(payload, random), frames);
            }
            long delivered =
                    frames.stream().mapToLong(frame -> frame.data().length).sum();
            long sent = payloads.stream()
                    .mapToLong(payload -> payload.data().length + 300L)
                    .sum();
            assertTrue(delivered <= 4 * sent, "seed " + seed + " round " + round + ": more out than in");
            if (round % 8 == 0) {
                recovers(depacketizer, payloads, later, clean, "seed " + seed + " round " + round);
            }
        }
    }

    private static void recovers(
            Depacketizer depacketizer, List<Payload> payloads, long later, List<MediaFrame> clean, String message)
            throws MalformedException {
        depacketizer.onLoss();
        depacketizer.flush(frame -> {});
        List<Payload> moved = new ArrayList<>();
        payloads.forEach(
                payload -> moved.add(new Payload(payload.data(), payload.marker(), payload.timestamp() + later)));
        List<MediaFrame> frames = CodecStreams.frames(depacketizer, moved);
        assertEquals(clean.size(), frames.size(), message);
        for (int i = 0; i < clean.size(); i++) {
            assertArrayEquals(clean.get(i).data(), frames.get(i).data(), message);
            assertFalse(frames.get(i).damaged(), message);
        }
    }

    public static void assertSame(List<MediaFrame> wanted, List<MediaFrame> got, String message) {
        assertEquals(wanted.size(), got.size(), message);
        for (int i = 0; i < wanted.size(); i++) {
            String which = message + ", frame " + i;
            assertArrayEquals(wanted.get(i).data(), got.get(i).data(), which);
            assertEquals(wanted.get(i).timestamp(), got.get(i).timestamp(), which);
            assertEquals(wanted.get(i).duration(), got.get(i).duration(), which);
            assertEquals(wanted.get(i).keyFrame(), got.get(i).keyFrame(), which);
            assertFalse(got.get(i).damaged(), which);
        }
    }

    private static void feed(Depacketizer depacketizer, Payload payload, List<MediaFrame> frames)
            throws MalformedException {
        var packet = payload.packet(0);
        try {
            depacketizer.onPacket(packet, payload.timestamp(), frames::add);
        } catch (MalformedException expected) {
            assertFalse(expected.reason().isEmpty());
        }
    }

    private static Payload mutate(Payload payload, Random random) {
        byte[] data = payload.data().clone();
        for (int times = random.nextInt(4); times > 0 && data.length > 0; times--) {
            int at = random.nextInt(random.nextBoolean() ? Math.min(12, data.length) : data.length);
            switch (random.nextInt(5)) {
                case 0 -> data[at] ^= (byte) (1 << random.nextInt(8));
                case 1 -> data[at] = (byte) random.nextInt(256);
                case 2 -> data = Arrays.copyOf(data, at);
                case 3 -> data = Arrays.copyOf(data, data.length + random.nextInt(40));
                default -> data[at] = (byte) (random.nextBoolean() ? 0xff : 0);
            }
        }
        boolean marker = payload.marker() ^ random.nextInt(20) == 0;
        return new Payload(data, marker, payload.timestamp() + (random.nextInt(20) == 0 ? 1 : 0));
    }
}
