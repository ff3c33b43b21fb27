package io.mediatool.cli.street;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.ShortBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Clips in which each second a white picture and a beep begin at the same instant, and how far apart they are in a file. */
public final class FlashAndBeep {
    private static final String PICTURE =
            "color=black:size=160x120:rate=50,drawbox=c=white:t=fill:enable='lt(mod(t\\,1)\\,0.08)*gte(t\\,0.5)'";
    private static final String SOUND = "aevalsrc='0.8*sin(2*PI*1000*t)*lt(mod(t\\,1)\\,0.08)*gte(t\\,0.5)':s=48000";
    private static final int PICTURES_PER_SECOND = 1000;
    private static final int SAMPLES_PER_SECOND = 48_000;
    /** Silence that a lost packet leaves is no shorter. */
    private static final double GAP_SECONDS = 0.01;

    private static final int WHITE = 128;
    private static final int LOUD = 3000;

    private FlashAndBeep() {}

    static Path make(Path file, int seconds, String codecs) {
        Street.ffmpeg(
                file.getParent(),
                "-f lavfi -i " + PICTURE + " -f lavfi -i " + SOUND + " -t " + seconds + " " + codecs + " " + file);
        return file;
    }

    /** For each flash by how many seconds it comes after its beep; negative when before. */
    public static List<Double> offsets(Path file) {
        List<Double> flashes = flashes(file);
        List<Double> beeps = beeps(file);
        var offsets = new ArrayList<Double>();
        for (double flash : flashes) {
            beeps.stream()
                    .map(beep -> flash - beep)
                    .filter(offset -> Math.abs(offset) < 0.5)
                    .forEach(offsets::add);
        }
        return offsets;
    }

    /** Every flash of {@code file} lies to its beep as those of {@code source} do, to 20 ms. */
    static void assertAligned(Path source, Path file, int least) {
        double wanted = offsets(source).get(0);
        List<Double> offsets = offsets(file);
        assertEquals(true, offsets.size() >= least, () -> offsets.size() + " flashes with beeps: " + offsets);
        for (double offset : offsets) {
            assertEquals(wanted, offset, 0.02, () -> "picture against sound: " + offsets + ", not " + wanted);
        }
    }

    private static List<Double> flashes(Path file) {
        byte[] pictures = decode(
                file,
                "-map 0:v:0 -vf scale=1:1,format=gray,fps=" + PICTURES_PER_SECOND
                        + ":start_time=0:round=up -f rawvideo");
        var flashes = new ArrayList<Double>();
        for (int i = 1; i < pictures.length; i++) {
            if ((pictures[i] & 0xff) > WHITE && (pictures[i - 1] & 0xff) <= WHITE) {
                flashes.add((double) i / PICTURES_PER_SECOND);
            }
        }
        return flashes;
    }

    private static List<Double> beeps(Path file) {
        byte[] sound = decode(
                file,
                "-map 0:a:0 -af aresample=" + SAMPLES_PER_SECOND + ":async=1:min_hard_comp=" + GAP_SECONDS
                        + ":first_pts=0 -ac 1 -f s16le -c:a pcm_s16le");
        ShortBuffer samples =
                ByteBuffer.wrap(sound).order(ByteOrder.LITTLE_ENDIAN).asShortBuffer();
        var beeps = new ArrayList<Double>();
        int loud = -SAMPLES_PER_SECOND;
        for (int i = 0; i < samples.limit(); i++) {
            if (Math.abs(samples.get(i)) > LOUD) {
                if (i - loud > SAMPLES_PER_SECOND / 10) {
                    beeps.add((double) i / SAMPLES_PER_SECOND);
                }
                loud = i;
            }
        }
        return beeps;
    }

    /** Decodes on the file's own clock. */
    private static byte[] decode(Path file, String options) {
        Path raw = file.resolveSibling(file.getFileName() + ".raw");
        Street.ffmpeg(file.getParent(), "-i " + file + " -copyts " + options + " " + raw);
        try {
            return Files.readAllBytes(raw);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
