package io.mediatool.cli.street;

import java.nio.file.Path;

/** Test media: every picture differs from every other (a running clock in it), the sound is a tone. */
final class Clips {
    static final String PICTURE = "-f lavfi -i testsrc2=size=320x240:rate=25";
    static final String SOUND = "-f lavfi -i sine=frequency=440:sample_rate=48000";
    static final String X264 = "libx264 -preset ultrafast -g 25 -pix_fmt yuv420p";
    static final String X264_B = "libx264 -preset veryfast -bf 3 -b_strategy 0 -g 25 -pix_fmt yuv420p";
    static final String X265 = "libx265 -preset ultrafast -g 25 -pix_fmt yuv420p -x265-params log-level=none";
    static final String VP8 = "libvpx -deadline realtime -cpu-used 8 -g 25 -pix_fmt yuv420p";

    private Clips() {}

    /** Picture and sound. */
    static Path make(Path file, int seconds, String video, String audio) {
        Street.ffmpeg(
                file.getParent(),
                PICTURE + " " + SOUND + " -t " + seconds + " -c:v " + video + " -c:a " + audio + " " + file);
        return file;
    }

    static Path pictures(Path file, double seconds, String size, String video) {
        Street.ffmpeg(
                file.getParent(),
                "-f lavfi -i testsrc2=size=" + size + ":rate=25 -t " + seconds + " -c:v " + video + " " + file);
        return file;
    }

    static Path sound(Path file, double seconds, String audio) {
        Street.ffmpeg(file.getParent(), SOUND + " -t " + seconds + " -c:a " + audio + " " + file);
        return file;
    }
}
