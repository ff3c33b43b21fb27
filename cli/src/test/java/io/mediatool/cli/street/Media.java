package io.mediatool.cli.street;

import java.nio.file.Path;

/** Short test media made by FFmpeg. */
final class Media {
    static final String PICTURE = "-f lavfi -i testsrc2=size=320x240:rate=25";
    static final String SOUND = "-f lavfi -i sine=frequency=440:sample_rate=48000";

    private Media() {}

    /** Two seconds of pictures and sound, two groups of pictures; H.264 has B-frames. */
    static Path make(Path directory, String video, String audio, String container, String more) {
        Path file = directory.resolve("source-" + video + "." + container);
        String inputs = (video.isEmpty() ? "" : PICTURE) + " " + (audio.isEmpty() ? "" : SOUND);
        Street.ffmpeg(directory, inputs + " -t 2 " + encoder(video) + " " + encoder(audio) + " " + more + " " + file);
        return file;
    }

    /** FFmpeg's options for a codec. */
    static String encoder(String codec) {
        String pictures = " -g 25 -pix_fmt yuv420p";
        return switch (codec) {
            case "h264" -> "-c:v libx264 -preset veryfast -bf 3 -b_strategy 0" + pictures;
            case "h265" -> "-c:v libx265 -preset ultrafast -x265-params log-level=none" + pictures;
            case "vp8" -> "-c:v libvpx -deadline realtime -cpu-used 8" + pictures;
            case "vp9" -> "-c:v libvpx-vp9 -deadline realtime -cpu-used 8" + pictures;
            case "av1" -> "-c:v libaom-av1 -usage realtime -cpu-used 8" + pictures;
            case "aac" -> "-c:a aac";
            case "opus" -> "-c:a libopus";
            case "pcmu" -> "-c:a pcm_mulaw";
            case "pcma" -> "-c:a pcm_alaw";
            case "l16" -> "-c:a pcm_s16be";
            case "g722" -> "-c:a g722";
            default -> "";
        };
    }

    /** All sound samples as one hash, however they are cut into frames. */
    static String samples(Path file) {
        return Visitor.run(
                        file.getParent(),
                        Street.SOON,
                        Street.words(
                                "ffmpeg -nostdin -v error -i " + file + " -map 0:a -f s16le -c:a pcm_s16le -f md5 -"))
                .out()
                .strip();
    }
}
