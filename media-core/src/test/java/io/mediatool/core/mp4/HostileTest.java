package io.mediatool.core.mp4;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mediatool.core.bits.ByteWriter;
import io.mediatool.core.bits.Hostility;
import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.mp4.box.BoxDump;
import io.mediatool.core.mp4.read.Mp4Interleaver;
import io.mediatool.core.mp4.read.Mp4Probe;
import io.mediatool.core.mp4.read.Mp4Reader;
import io.mediatool.core.mp4.read.Mp4TrackReader;
import io.mediatool.core.mp4.write.Mp4Repair;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Files that lie: nothing but {@link MalformedException}, no endless work. */
class HostileTest {
    private static final long SEED = 20_240_611;
    private static final int ROUNDS = Hostility.rounds(200_000);

    /** Small files of every kind; the room that recordings keep free is taken out of them. */
    private static List<byte[]> seeds() throws Exception {
        var seeds = new ArrayList<byte[]>();
        MemoryFile faststart = new MemoryFile();
        new Recordings.Script(faststart, Mp4Layout.FASTSTART).record().finish();
        seeds.add(faststart.toByteArray());
        MemoryFile fragmented = new MemoryFile();
        new Recordings.Script(fragmented, Mp4Layout.FRAGMENTED).record();
        seeds.add(squeezed(fragmented.toByteArray()));
        seeds.add(OldFilesTest.quickTime().toByteArray());
        seeds.add(OldFilesTest.oldFragments().toByteArray());
        return seeds;
    }

    /** Without the zeros that end the regions: [ftyp][moov .. free][free] is cut to the boxes that say something. */
    private static byte[] squeezed(byte[] image) {
        var out = new ByteWriter(image.length);
        int at = 0;
        while (at < image.length) {
            int size = u32(image, at);
            String type = new String(image, at + 4, 4, StandardCharsets.ISO_8859_1);
            if (type.equals("moov")) {
                int end = at + 8;
                while (!new String(image, end + 4, 4, StandardCharsets.ISO_8859_1).equals("free")) {
                    end += u32(image, end);
                }
                out.u32(end - at).bytes(image, at + 4, end - at - 4);
            } else if (!type.equals("free")) {
                out.bytes(image, at, size);
            }
            at += size;
        }
        return out.toByteArray();
    }

    private static int u32(byte[] data, int at) {
        return ByteBuffer.wrap(data).getInt(at);
    }

    @Test
    void mutated_neverMoreThanMalformed() throws Exception {
        List<byte[]> seeds = seeds();
        Random random = new Random(SEED);
        int refused = 0;
        for (int round = 0; round < ROUNDS; round++) {
            byte[] data = seeds.get(round % seeds.size()).clone();
            int head = 0;
            for (int i = 1 + random.nextInt(4); i > 0; i--) {
                int at = random.nextInt(data.length);
                switch (random.nextInt(4)) {
                    case 0 -> data[at] = (byte) random.nextInt(256);
                    case 1 -> data[at] ^= (byte) (1 << random.nextInt(8));
                    case 2 -> {
                        for (int j = at & ~3; j < Math.min(data.length, (at & ~3) + 4); j++) {
                            data[j] = (byte) (random.nextBoolean() ? 0xff : 0x7f);
                        }
                    }
                    default -> head = random.nextInt(40) == 0 ? random.nextInt(data.length) : head;
                }
            }
            byte[] bad = head > 0 ? Arrays.copyOf(data, head) : data;
            try {
                long samples = readAll(MemoryFile.of(bad), round);
                assertTrue(samples <= 40L * bad.length, "seed " + SEED + " round " + round + ": " + samples);
            } catch (MalformedException e) {
                refused++;
            } catch (RuntimeException | IOException | Error e) {
                throw new AssertionError("seed " + SEED + " round " + round, e);
            }
        }
        assertTrue(refused > 1000 && refused < ROUNDS, "refused " + refused);
    }

    private static long readAll(MemoryFile file, int round) throws IOException, MalformedException {
        long samples = 0;
        if (round % 8 == 0) {
            BoxDump.of(file);
        }
        try (Mp4Reader reader = Mp4Reader.open(file)) {
            Mp4Interleaver all = reader.interleaved(
                    reader.tracks().stream().map(Mp4Track::id).toList());
            for (int errors = 0; errors < 3; ) {
                try {
                    Mp4TrackReader at = all.next();
                    if (at == null) {
                        break;
                    }
                    samples++;
                    if (at.inFile() && at.size() < 1000) {
                        at.read();
                    }
                } catch (MalformedException e) {
                    errors++;
                }
            }
            all.seek(round % 3 * 200_000_000L);
        }
        if (round % 4 == 0) {
            Mp4Probe.of(file);
        }
        if (round % 4 == 1) {
            Mp4Repair.repair(file);
        }
        return samples;
    }
}
