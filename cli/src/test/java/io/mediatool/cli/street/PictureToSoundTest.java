package io.mediatool.cli.street;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Lips and voice: after a push and a recording, and after a play, flashes and beeps lie to each other as they did. */
@Tag("street")
@Isolated("measures milliseconds")
final class PictureToSoundTest {
    private static final int SECONDS = 5;
    private static final int LEAST = 3;

    @TempDir
    Path directory;

    /** Times below 0 (B-frames, AAC in MP4) FFmpeg would move for each output alone, and so apart: these files have none. */
    @ParameterizedTest(name = "FFmpeg, a port for each track, {1}")
    @CsvSource({"mkv, libopus, opus", "mov, pcm_mulaw -ar 8000 -ac 1, pcmu", "mkv, aac, aac"})
    void afterAPushOfTracks(String container, String sound, String name) {
        Path source = source(container, Clips.X264, sound);
        Path file = new Push(directory, source).video().audio().record("--expect", "h264", name);
        FlashAndBeep.assertAligned(source, file, LEAST);
    }

    @ParameterizedTest(name = "FFmpeg, MPEG-TS in {0}")
    @CsvSource({"rtp", "udp"})
    void afterAPushOfATransportStream(String transport) {
        Path source = source("mp4", Clips.X264_B, "aac");
        String url = transport + "://127.0.0.1:" + Street.freePorts(1);
        try (var recording = Recording.start(directory, url + " --idle 1s")) {
            Street.ffmpeg(
                    directory,
                    "-re -i " + source + " -c copy -f "
                            + (transport.equals("rtp") ? "rtp_mpegts " + url : "mpegts " + url + "?pkt_size=1316"));
            FlashAndBeep.assertAligned(source, recording.finish(), LEAST);
        }
    }

    /** Without B-frames: before the first of them VLC (3.0) sends pictures with wrong times (seen in a raw capture), and FFmpeg's decoder then guesses. */
    @Test
    void afterAPushByVlc() {
        Path source = source("mp4", Clips.X264, "aac");
        int port = Street.freePorts(1);
        try (var recording = Recording.start(directory, "rtp://127.0.0.1:" + port + " --idle 1s")) {
            String sout = "#rtp{dst=127.0.0.1,port=" + port + ",mux=ts}";
            try (Visitor vlc = Street.vlc(directory, List.of(source.toString(), "--sout", sout, "vlc://quit"))) {
                FlashAndBeep.assertAligned(source, recording.finish(), LEAST);
                vlc.awaitExit(Street.SOON);
            }
        }
    }

    @Test
    void afterAPushByGStreamer() {
        Path source = source("mp4", Clips.X264_B, "aac");
        int port = Street.freePorts(1);
        try (var recording = Recording.start(directory, "rtp://127.0.0.1:" + port + " --idle 1s")) {
            String pipeline = "filesrc location=" + source + " ! qtdemux name=d mpegtsmux name=m ! rtpmp2tpay"
                    + " ! udpsink host=127.0.0.1 port=" + port
                    + " d.video_0 ! queue ! h264parse config-interval=-1 ! m. d.audio_0 ! queue ! aacparse ! m.";
            try (Visitor gstreamer = Street.gstreamer(directory, pipeline)) {
                gstreamer.assertExit(0);
                FlashAndBeep.assertAligned(source, recording.finish(), LEAST);
            }
        }
    }

    /** FFmpeg must decode: B-frames it cannot copy from RTP into a file, for RTP does not tell decoding times. */
    @ParameterizedTest(name = "play {1} {2} to FFmpeg")
    @CsvSource({"mp4, aac, -bf 3", "mp4, libopus, -bf 0"})
    void afterAPlay(String container, String sound, String pictures) {
        Path source = source(container, Clips.X264_B + " " + pictures, sound);
        var play = new Play(directory, source);
        Path sdp = play.sdp();
        Path received = directory.resolve("received.mkv");
        try (Visitor receiver = Street.startFfmpeg(
                directory,
                "-protocol_whitelist file,udp,rtp -i " + sdp + " -vsync passthrough -c:v ffv1 -c:a pcm_s16le "
                        + received)) {
            play.to(receiver, false);
            FlashAndBeep.assertAligned(source, received, LEAST);
        }
    }

    private Path source(String container, String video, String sound) {
        return FlashAndBeep.make(directory.resolve("source." + container), SECONDS, "-c:v " + video + " -c:a " + sound);
    }
}
