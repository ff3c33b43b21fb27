package io.mediatool.core.codec.nal;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.mediatool.core.bits.Hostility;
import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.codec.CodecModule;
import io.mediatool.core.codec.DecoderConfig;
import io.mediatool.core.codec.Depacketizer;
import io.mediatool.core.codec.MediaFrame;
import io.mediatool.core.codec.RtpFormat;
import io.mediatool.core.codec.SampleDescription;
import io.mediatool.core.codec.nal.NalWire.Sent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;

/**
 * What H.264 and H.265 owe to hostile input: prefixes and mutations of what is valid give frames or {@link MalformedException}, and
 * every frame is a well-formed sample.
 */
public final class NalHostility {
    private static final int MAX_PAYLOAD = 100;
    private static final int PACKETS = Hostility.rounds(150_000);
    private static final int RECORDS = Hostility.rounds(50_000);

    private final CodecModule module;
    private final RtpFormat format;
    private final NalSyntax syntax;
    private final byte[] annexB;
    private final int firstUnits;
    private final Records records;
    private int frames;
    private int refused;

    /** Reads a decoder configuration record. */
    public interface Records {
        Object parse(byte[] record) throws MalformedException;
    }

    /**
     * @param annexB a valid stream
     * @param firstUnits how many NAL units its first picture has, with all that comes before it
     */
    public NalHostility(
            CodecModule module, RtpFormat format, NalSyntax syntax, byte[] annexB, int firstUnits, Records records) {
        this.module = module;
        this.format = format;
        this.syntax = syntax;
        this.annexB = annexB;
        this.firstUnits = firstUnits;
        this.records = records;
    }

    private List<Sent> valid() throws MalformedException {
        List<List<byte[]>> units = NalWire.accessUnits(syntax, annexB);
        List<MediaFrame> all = NalWire.receive(module.depacketizer(format), NalWire.singles(units), i -> false);
        return NalWire.send(module.packetizer(format, MAX_PAYLOAD), all);
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
                records.parse(config.record());
            }
        } catch (MalformedException e) {
            fail("a frame that is no sample: " + e.getMessage());
        }
    }

    /** Every packet cut off everywhere. */
    public void prefixes() throws MalformedException {
        for (Sent sent : valid()) {
            for (int length = 0; length <= sent.payload().length; length++) {
                Depacketizer depacketizer = module.depacketizer(format);
                feed(depacketizer, Arrays.copyOf(sent.payload(), length), 1, true);
                depacketizer.flush(this::check);
            }
        }
        assertTrue(frames > 100 && refused > 10, frames + " " + refused);
    }

    /** Packets with up to three bytes changed, out of order, with losses. */
    public void mutations(long seed) throws MalformedException {
        Random random = new Random(seed);
        List<Sent> valid = valid();
        Depacketizer depacketizer = module.depacketizer(format);
        try {
            for (int i = 0; i < PACKETS; i++) {
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
        assertTrue(frames > 1000 && refused > 300, frames + " " + refused);
    }

    /** Decoder configurations with up to six bytes changed, from MP4 to SDP and to packets. */
    public void records(long seed, String type, String box) throws MalformedException {
        Random random = new Random(seed);
        List<byte[]> units = NalUnits.split(NalUnits.fromAnnexB(annexB));
        // The parameter sets, an SEI message and the first picture, or without SEI the sets and the picture.
        var sent = new ArrayList<Sent>();
        for (int i = 0; i < firstUnits; i++) {
            sent.add(new Sent(units.get(i), 0, i == firstUnits - 1));
        }
        MediaFrame first =
                NalWire.receive(module.depacketizer(format), sent, i -> false).get(0);
        DecoderConfig config = Objects.requireNonNull(first.config());
        for (int i = 0; i < RECORDS; i++) {
            byte[] record = config.record().clone();
            for (int n = 1 + random.nextInt(6); n > 0; n--) {
                record[random.nextInt(record.length)] = (byte) random.nextInt();
            }
            try {
                DecoderConfig read = module.configOf(new SampleDescription(type, box, record, 16, 16, 0, 0, 0));
                RtpFormat announced = module.formatOf(read, 96);
                module.configOf(announced);
                module.sampleDescription(read);
                MediaFrame key = new MediaFrame(first.data(), 0, 0, true, read, false);
                module.packetizer(announced, 64).packetize(key, (data, offset, length, marker, timestampOffset) -> {});
                frames++;
            } catch (MalformedException e) {
                refused++;
            }
        }
        assertTrue(frames > 1000 && refused > 300, frames + " " + refused);
    }
}
