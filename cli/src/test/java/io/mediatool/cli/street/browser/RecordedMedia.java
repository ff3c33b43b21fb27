package io.mediatool.cli.street.browser;

import io.mediatool.cli.street.Street;
import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.codec.MediaKind;
import io.mediatool.core.mp4.Mp4File;
import io.mediatool.core.mp4.Mp4Track;
import io.mediatool.core.mp4.read.Mp4Reader;
import io.mediatool.core.mp4.read.Mp4TrackReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** What a recording holds: coded frames as the publisher's page names them, and the numbers in its pictures. */
final class RecordedMedia {
    private static final int COLUMNS = 24;

    private RecordedMedia() {}

    /**
     * A coded frame.
     *
     * @param time in units of the track's timescale, which is the RTP clock's
     */
    record Frame(long time, String hash) {
        /** What the page's {@code sent} gave; {@code words} as {@code timestamp:hash}. */
        static List<Frame> parse(String words) {
            var frames = new ArrayList<Frame>();
            for (String word : Street.words(words)) {
                int colon = word.indexOf(':');
                frames.add(new Frame(Long.parseLong(word.substring(0, colon)), word.substring(colon + 1)));
            }
            return frames;
        }

        /** How long after {@code first}, RTP's wrap around included. */
        long since(Frame first) {
            return time - first.time & 0xffff_ffffL;
        }
    }

    static List<Frame> frames(Path file, MediaKind kind) throws IOException {
        var frames = new ArrayList<Frame>();
        try (Mp4Reader reader = Mp4Reader.open(Mp4File.open(file))) {
            for (Mp4Track track : reader.tracks()) {
                Mp4TrackReader cursor = reader.track(track.id());
                while (track.kind() == kind && cursor.next()) {
                    frames.add(new Frame(
                            cursor.pts(), hash(ByteBuffer.wrap(cursor.read().data()))));
                }
            }
        } catch (MalformedException e) {
            throw new AssertionError(file.toString(), e);
        }
        return frames;
    }

    static String hash(ByteBuffer frame) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(frame);
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    /** The number in each of a file's pictures, as FFmpeg decodes them; -1 where it cannot be read. */
    static List<Integer> numbers(Path file, int width, int height) throws IOException {
        Path raw = file.resolveSibling(file.getFileName() + ".strip");
        int row = height * 925 / 1000;
        Street.ffmpeg(
                file.getParent(),
                "-i " + file + " -map 0:v:0 -vsync passthrough -vf crop=" + width + ":2:0:" + (row & ~1)
                        + ",format=gray -f rawvideo " + raw);
        byte[] strips = Files.readAllBytes(raw);
        Files.delete(raw);
        var numbers = new ArrayList<Integer>();
        for (int at = 0; at < strips.length; at += 2 * width) {
            numbers.add(number(strips, at, width));
        }
        return numbers;
    }

    private static int number(byte[] strip, int at, int width) {
        var light = new int[COLUMNS];
        for (int column = 0; column < COLUMNS; column++) {
            light[column] = strip[at + (2 * column + 1) * width / (2 * COLUMNS)] & 0xff;
        }
        int bits = 0;
        for (int column = 3; column < COLUMNS - 1; column++) {
            bits = bits << 1 | (light[column] > (light[1] + light[2]) / 2 ? 1 : 0);
        }
        int number = bits >> 4;
        int check = (number >> 12 ^ number >> 8 ^ number >> 4 ^ number ^ 0b0101) & 0xf;
        return check == (bits & 0xf) && light[1] - light[2] > 60 ? number : -1;
    }
}
