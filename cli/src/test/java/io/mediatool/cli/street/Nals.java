package io.mediatool.cli.street;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/**
 * NAL units of pictures as hashes. They pass through every container as they are, while parameter sets and delimiters come
 * and go around them.
 */
final class Nals {
    private Nals() {}

    /** All of a file, in order; the codec is {@code h264} or {@code h265}. */
    static List<String> pictureUnits(Path file, String codec) {
        boolean h265 = codec.equals("h265");
        String format = h265 ? "hevc" : "h264";
        Path raw = file.resolveSibling(file.getFileName() + "." + format);
        Street.ffmpeg(
                file.getParent(),
                "-i " + file + " -map 0:v:0 -c copy -bsf:v " + format + "_mp4toannexb -f " + format + " " + raw);
        try {
            return split(Files.readAllBytes(raw), h265);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> split(byte[] stream, boolean h265) {
        var hashes = new ArrayList<String>();
        int from = startCode(stream, 0) + 3;
        while (from < stream.length) {
            int next = startCode(stream, from);
            byte[] unit = Arrays.copyOfRange(stream, from, next);
            if (isPicture(unit, h265)) {
                hashes.add(unitHash(unit));
            }
            from = next + 3;
        }
        return hashes;
    }

    private static int startCode(byte[] stream, int from) {
        for (int at = from; at + 2 < stream.length; at++) {
            if (stream[at] == 0 && stream[at + 1] == 0 && stream[at + 2] == 1) {
                return at;
            }
        }
        return stream.length;
    }

    static boolean isPicture(byte[] unit, boolean h265) {
        int type = h265 ? unit[0] >> 1 & 63 : unit[0] & 31;
        return h265 ? type < 32 : type >= 1 && type <= 5;
    }

    /** Zero bytes at the end belong to the byte stream, not to the unit. */
    static String unitHash(byte[] unit) {
        int length = unit.length;
        while (length > 0 && unit[length - 1] == 0) {
            length--;
        }
        return hash(Arrays.copyOf(unit, length));
    }

    /** As FFmpeg's framemd5 prints it. */
    static String hash(byte[] frame) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest(frame));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
