package io.mediatool.core.codec.aac;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mediatool.core.bits.BitWriter;
import io.mediatool.core.bits.Hostility;
import io.mediatool.core.bits.MalformedException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;

class AudioSpecificConfigTest {
    @Test
    void lowComplexity() throws MalformedException {
        assertEquals(new AudioSpecificConfig(2, 44_100, 0, 2, false, 1024), parse("1210"));
        assertEquals(new AudioSpecificConfig(2, 48_000, 0, 8, false, 1024), parse("11b8"));
        assertEquals(new AudioSpecificConfig(2, 48_000, 0, 2, false, 960), parse("1194"));
    }

    @Test
    void explicitRate() throws MalformedException {
        byte[] bytes = AudioSpecificConfig.write(2, 12_345, 1);
        assertEquals(12_345, AudioSpecificConfig.parse(bytes).sampleRate());
        assertEquals("1210", HexFormat.of().formatHex(AudioSpecificConfig.write(2, 44_100, 2)));
    }

    @Test
    void hierarchicalSbrAndPs() throws MalformedException {
        // AOT 5, core 24000 (6), two channels, extension 48000 (3), AOT 2
        AudioSpecificConfig sbr = parse(new BitWriter()
                .bits(5, 5)
                .bits(6, 4)
                .bits(2, 4)
                .bits(3, 4)
                .bits(2, 5)
                .bits(0, 3));
        assertEquals(new AudioSpecificConfig(2, 24_000, 48_000, 2, false, 1024), sbr);
        assertEquals(48_000, sbr.outputRate());
        assertEquals(2048, sbr.frameDuration(48_000));
        assertEquals(1024, sbr.frameDuration(24_000));
        AudioSpecificConfig ps = parse(new BitWriter()
                .bits(29, 5)
                .bits(6, 4)
                .bits(1, 4)
                .bits(3, 4)
                .bits(2, 5)
                .bits(0, 3));
        assertTrue(ps.parametricStereo());
        assertEquals(2, ps.outputChannels());
    }

    @Test
    void syncExtension() throws MalformedException {
        assertEquals(0, parse("119056e500").extensionRate()); // says: no SBR
        AudioSpecificConfig sbr = parse("131056e598");
        assertEquals(24_000, sbr.sampleRate());
        assertEquals(48_000, sbr.extensionRate());
        AudioSpecificConfig ps = parse("130856e59d4880");
        assertTrue(ps.parametricStereo());
        assertEquals(2, ps.outputChannels());
    }

    @Test
    void lowDelay() throws MalformedException {
        assertEquals(
                512,
                parse(new BitWriter().bits(23, 5).bits(3, 4).bits(2, 4).bits(0, 6))
                        .frameLength());
        assertEquals(
                480,
                parse(new BitWriter()
                                .bits(23, 5)
                                .bits(3, 4)
                                .bits(2, 4)
                                .bits(4, 3)
                                .bits(0, 3))
                        .frameLength());
        // ELD: escaped object type 32 + 7
        assertEquals(
                512,
                parse(new BitWriter()
                                .bits(31, 5)
                                .bits(7, 6)
                                .bits(3, 4)
                                .bits(2, 4)
                                .bits(0, 8))
                        .frameLength());
    }

    @Test
    void channelsOfAProgramConfigElement() throws MalformedException {
        BitWriter bits = new BitWriter().bits(2, 5).bits(3, 4).bits(0, 4).bits(0, 3);
        bits.bits(0, 4)
                .bits(1, 2)
                .bits(3, 4)
                .bits(2, 4)
                .bits(0, 4)
                .bits(1, 4)
                .bits(1, 2)
                .bits(0, 3)
                .bits(0, 4)
                .bits(0, 3);
        bits.bits(0, 5).bits(1, 1).bits(0, 4); // front: one single, one pair
        bits.bits(1, 1).bits(1, 4); // back: a pair
        bits.bits(0, 4); // low frequency
        byte[] head = bits.toByteArray(); // to octet
        byte[] bytes = Arrays.copyOf(head, head.length + 3);
        bytes[head.length] = 2; // a comment of two
        assertEquals(6, AudioSpecificConfig.parse(bytes).channels());
    }

    @Test
    void refusesReservedValues() {
        for (String hex : new String[] {"", "12", "1690", "1700", "f0", "4210", "12f8"}) {
            assertThrows(MalformedException.class, () -> parse(hex), hex);
        }
    }

    @Test
    void anyBytesParseOrAreRefused() {
        long seed = 14496;
        Random random = new Random(seed);
        for (int i = 0; i < Hostility.rounds(200_000); i++) {
            byte[] bytes = new byte[random.nextInt(24)];
            random.nextBytes(bytes);
            try {
                AudioSpecificConfig config = AudioSpecificConfig.parse(bytes);
                assertTrue(config.channels() > 0 && config.sampleRate() > 0, "seed " + seed);
            } catch (MalformedException expected) {
                assertTrue(expected.reason().length() > 0);
            }
        }
    }

    private static AudioSpecificConfig parse(String hex) throws MalformedException {
        return AudioSpecificConfig.parse(HexFormat.of().parseHex(hex));
    }

    private static AudioSpecificConfig parse(BitWriter bits) throws MalformedException {
        return AudioSpecificConfig.parse(bits.toByteArray());
    }
}
