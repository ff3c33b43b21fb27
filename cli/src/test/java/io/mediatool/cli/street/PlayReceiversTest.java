package io.mediatool.cli.street;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code play} sends, FFmpeg, GStreamer and VLC receive by the SDP as we write it. */
@Tag("street")
final class PlayReceiversTest {
    /** Only slices: parameter sets and delimiters may be added or left out on the way. */
    private static final String H264_SLICES = "filter_units=pass_types=1-5";

    private static final String H265_SLICES = "filter_units=pass_types=0-31";

    @TempDir
    Path directory;

    @ParameterizedTest(name = "{0} + {1}")
    @CsvSource({"h264, aac", "h265, aac", "vp9, opus", "av1, opus"})
    void ffmpegReceivesEveryFrame(String video, String audio) {
        Path source = Media.make(directory, video, audio, "mp4", "");
        Path received = directory.resolve("received.mkv");
        var play = new Play(directory, source);
        Path sdp = play.sdp();
        try (Visitor ffmpeg = Street.startFfmpeg(
                directory,
                "-protocol_whitelist file,udp,rtp -i " + sdp + " -map 0:v -map 0:a -c copy -copyts " + received)) {
            play.to(ffmpeg, false);
        }
        assertEquals(hashes(source, video), hashes(received, video));
        assertEquals(Street.frameHashes(source, "a"), Street.frameHashes(received, "a"));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "h264, rtph264depay ! h264parse",
        "h265, rtph265depay ! h265parse",
        "vp9, rtpvp9depay",
    })
    void gstreamerReceivesEveryFrame(String video, String chain) {
        Path source = Media.make(directory, video, "", "mp4", "");
        Path received = directory.resolve("received.mkv");
        var play = new Play(directory, source);
        play.sdp();
        String caps = "application/x-rtp,media=video,clock-rate=90000,encoding-name=" + name(video);
        try (Visitor gst = Street.gstreamer(
                directory,
                "udpsrc port=" + play.port() + " caps=" + caps + " ! " + chain + " ! matroskamux ! filesink location="
                        + received)) {
            play.to(gst, true);
        }
        assertEquals(hashes(source, video), hashes(received, video));
    }

    @ParameterizedTest(name = "{0} + {1}")
    @CsvSource({"h264, aac", "h265, aac"})
    void vlcReceivesWhatItCaresFor(String video, String audio) {
        Path source = Media.make(directory, video, audio, "mp4", "");
        Path received = directory.resolve("received.ts");
        var play = new Play(directory, source, "--loop", "2");
        Path sdp = play.sdp();
        try (Visitor vlc = Street.vlc(
                directory,
                List.of(sdp.toString(), "--sout=#standard{access=file,mux=ts,dst=" + received + "}", "vlc://quit"))) {
            play.to(vlc, true);
        }
        int decoded = Visitor.run(
                        directory,
                        Street.SOON,
                        Street.words("ffmpeg -nostdin -v error -i " + received + " -map 0:v -f framemd5 -"))
                .out()
                .lines()
                .filter(line -> !line.startsWith("#"))
                .toList()
                .size();
        assertTrue(decoded >= 90, decoded + " of 100 frames");
    }

    private static String name(String video) {
        return switch (video) {
            case "h264" -> "H264";
            case "h265" -> "H265";
            default -> "VP9";
        };
    }

    private List<String> hashes(Path file, String video) {
        String filter = switch (video) {
            case "h264" -> "-bsf:v " + (isMp4(file) ? "h264_mp4toannexb," : "") + H264_SLICES;
            case "h265" -> "-bsf:v " + (isMp4(file) ? "hevc_mp4toannexb," : "") + H265_SLICES;
            default -> "";
        };
        return Visitor.run(
                        directory,
                        Street.SOON,
                        Street.words("ffmpeg -nostdin -v error -i " + file + " -map 0:v -c copy " + filter
                                + " -f framemd5 -"))
                .out()
                .lines()
                .filter(line -> !line.startsWith("#"))
                .map(line -> line.split(",")[5].strip())
                .toList();
    }

    private static boolean isMp4(Path file) {
        return file.toString().endsWith(".mp4") || file.toString().endsWith(".mkv");
    }
}
