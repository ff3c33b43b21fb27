package io.mediatool.core.codec.aac;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mediatool.core.codec.CodecStreams;
import io.mediatool.core.codec.DecoderConfig;
import io.mediatool.core.codec.MediaFrame;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class AdtsReaderTest {
    private final byte[] stream = CodecStreams.resource("aac.adts");
    private final List<MediaFrame> frames = CodecStreams.frames("aac.txt", 1024, 1024, null);

    @Test
    void streamOfFfmpegGivesTheFramesWhateverThePieces() {
        for (int step : new int[] {1, 7, 184, 4096}) {
            AdtsReader reader = new AdtsReader();
            List<byte[]> units = read(reader, stream, step);
            assertEquals(0, reader.skippedBytes());
            assertEquals(0, reader.heldBytes());
            assertFrames(units);
        }
    }

    @Test
    void configurationIsOneInstance() {
        List<DecoderConfig> configs = new ArrayList<>();
        new AdtsReader().read(stream, 0, stream.length, (unit, config, audio) -> configs.add(config));
        assertEquals("1190", HexFormat.of().formatHex(configs.get(0).record()));
        configs.forEach(config -> assertSame(configs.get(0), config));
    }

    @Test
    void garbageIsSkippedToTheNextFrame() {
        byte[] noisy = new byte[stream.length + 5];
        System.arraycopy(HexFormat.of().parseHex("00ffffff00"), 0, noisy, 0, 5);
        System.arraycopy(stream, 0, noisy, 5, stream.length);
        AdtsReader reader = new AdtsReader();
        assertFrames(read(reader, noisy, 50));
        assertEquals(5, reader.skippedBytes());
    }

    @Test
    void checksumIsNotPartOfTheUnit() {
        // MPEG-4, protection present: 9 octets of header, 2 of payload
        byte[] frame = HexFormat.of().parseHex("fff04c80017ffc1234aabb");
        List<byte[]> units = read(new AdtsReader(), frame, 100);
        assertEquals(1, units.size());
        assertArrayEquals(new byte[] {(byte) 0xaa, (byte) 0xbb}, units.get(0));
    }

    @Test
    void mutationsDoNoHarm() {
        long seed = 13818;
        Random random = new Random(seed);
        for (int round = 0; round < 5_000; round++) {
            byte[] data = stream.clone();
            for (int i = 0; i < 10; i++) {
                data[random.nextInt(data.length)] = (byte) random.nextInt(256);
            }
            AdtsReader reader = new AdtsReader();
            long bytes = read(reader, data, 1 + random.nextInt(300)).stream()
                    .mapToLong(unit -> unit.length)
                    .sum();
            assertTrue(bytes <= data.length && reader.heldBytes() < 8192, "seed " + seed);
            reader.reset();
            List<byte[]> after = read(reader, stream, 188);
            assertEquals(frames.size(), after.size(), "seed " + seed);
        }
    }

    private void assertFrames(List<byte[]> units) {
        assertEquals(frames.size(), units.size());
        for (int i = 0; i < units.size(); i++) {
            assertArrayEquals(frames.get(i).data(), units.get(i));
        }
    }

    private static List<byte[]> read(AdtsReader reader, byte[] data, int step) {
        List<byte[]> units = new ArrayList<>();
        for (int at = 0; at < data.length; at += step) {
            reader.read(data, at, Math.min(step, data.length - at), (unit, config, audio) -> units.add(unit));
        }
        return units;
    }
}
