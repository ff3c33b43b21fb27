package io.mediatool.core.codec.h264;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.codec.Codec;
import io.mediatool.core.codec.DecoderConfig;
import io.mediatool.core.codec.Depacketizer;
import io.mediatool.core.codec.MediaFrame;
import io.mediatool.core.codec.RtpFormat;
import io.mediatool.core.codec.SampleDescription;
import io.mediatool.core.codec.nal.NalFixtures;
import io.mediatool.core.codec.nal.NalUnits;
import io.mediatool.core.codec.nal.NalWire;
import io.mediatool.core.codec.nal.NalWire.Sent;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Prefixes and mutations of what is valid give frames or MalformedException, and every frame is a well-formed sample. */
final class H264HostileTest {
    private static final RtpFormat FORMAT =
            new RtpFormat(Codec.H264, 96, "H264", 90_000, 1, Map.of("packetization-mode", "1"));
    private final H264Module module = new H264Module();
    private int frames;
    private int refused;

    private List<Sent> valid() throws MalformedException {
        List<List<byte[]>> units = NalWire.accessUnits(new H264Syntax(), NalFixtures.x264());
        List<MediaFrame> all = NalWire.receive(module.depacketizer(FORMAT), NalWire.singles(units), i -> false);
        return NalWire.send(module.packetizer(FORMAT, 120), all);
    }

    private void feed(Depacketizer depacketizer, byte[] payload, long timestamp, boolean marker) {
        try {
            depacketizer.onPacket(NalWire.packet(new Sent(payload, timestamp, marker), 0), timestamp, this::check);
        } catch (MalformedException e) {
            refused++;
        }
    }

    private void check(MediaFrame frame) {
        frames++;
        try {
            NalUnits.forEach(frame.data(), (data, offset, length) -> {});
            DecoderConfig config = frame.config();
            if (config != null) {
                assertTrue(config.width() > 0 && config.height() > 0 && config.reorderDepth() <= 16);
                AvcRecord.parse(config.record());
            }
        } catch (MalformedException e) {
            fail("a frame that is no sample: " + e.getMessage());
        }
    }

    @Test
    void everyPrefixOfEveryPacket() throws MalformedException {
        for (Sent sent : valid()) {
            for (int length = 0; length <= sent.payload().length; length++) {
                Depacketizer depacketizer = module.depacketizer(FORMAT);
                feed(depacketizer, Arrays.copyOf(sent.payload(), length), 1, true);
                depacketizer.flush(this::check);
            }
        }
        assertTrue(frames > 100 && refused > 10, frames + " " + refused);
    }

    @Test
    void seededMutations() throws MalformedException {
        long seed = 6184;
        Random random = new Random(seed);
        List<Sent> valid = valid();
        Depacketizer depacketizer = module.depacketizer(FORMAT);
        try {
            for (int i = 0; i < 150_000; i++) {
                Sent sent = valid.get(i % valid.size());
                byte[] payload = sent.payload().clone();
                for (int n = random.nextInt(4); n > 0; n--) {
                    // mostly in the headers, where it hurts
                    int at = random.nextInt(random.nextBoolean() ? payload.length : Math.min(6, payload.length));
                    payload[at] = (byte) random.nextInt();
                }
                if (random.nextInt(50) == 0) {
                    depacketizer.onLoss();
                }
                long timestamp = random.nextInt(20) == 0 ? random.nextLong() : sent.timestamp();
                feed(depacketizer, payload, timestamp, random.nextInt(10) == 0 || sent.marker());
            }
            depacketizer.flush(this::check);
        } catch (RuntimeException | AssertionError e) {
            throw new AssertionError("seed " + seed, e);
        }
        assertTrue(frames > 1000 && refused > 1000, frames + " " + refused);
    }

    @Test
    void mutatedRecordsAndSets() throws MalformedException {
        Random random = new Random(14_496);
        List<byte[]> units = NalUnits.split(NalUnits.fromAnnexB(NalFixtures.x264()));
        MediaFrame first = NalWire.receive(
                        module.depacketizer(FORMAT),
                        List.of(
                                new Sent(units.get(0), 0, false),
                                new Sent(units.get(1), 0, false),
                                new Sent(units.get(2), 0, true)),
                        i -> false)
                .get(0);
        DecoderConfig config = java.util.Objects.requireNonNull(first.config());
        for (int i = 0; i < 50_000; i++) {
            byte[] record = config.record().clone();
            for (int n = 1 + random.nextInt(6); n > 0; n--) {
                record[random.nextInt(record.length)] = (byte) random.nextInt();
            }
            try {
                DecoderConfig read = module.configOf(new SampleDescription("avc1", "avcC", record, 16, 16, 0, 0, 0));
                RtpFormat format = module.formatOf(read, 96);
                module.configOf(format);
                module.sampleDescription(read);
                MediaFrame key = new MediaFrame(first.data(), 0, 0, true, read, false);
                module.packetizer(format, 64).packetize(key, (data, offset, length, marker, timestampOffset) -> {});
                frames++;
            } catch (MalformedException e) {
                refused++;
            }
        }
        assertTrue(frames > 1000 && refused > 1000, frames + " " + refused);
    }
}
