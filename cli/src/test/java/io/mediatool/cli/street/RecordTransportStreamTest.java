package io.mediatool.cli.street;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** MPEG-TS from FFmpeg, in RTP and in bare UDP: all pictures and all sound, although the framing is another one. */
@Tag("street")
final class RecordTransportStreamTest {
    @TempDir
    Path directory;

    @ParameterizedTest(name = "{1} {0}")
    @CsvSource({"h264, rtp", "h264, udp", "h265, rtp", "h265, udp"})
    void everyPictureAndSound(String codec, String transport) {
        Path source =
                Clips.make(directory.resolve("source.mp4"), 3, codec.equals("h264") ? Clips.X264_B : Clips.X265, "aac");
        int port = Street.freePorts(1);
        String url = transport + "://127.0.0.1:" + port;
        try (var recording = Recording.start(directory, url + " --idle 2s --expect video=" + codec + ",audio=aac")) {
            Street.ffmpeg(
                    directory,
                    "-re -i " + source + " -c copy "
                            + (transport.equals("rtp")
                                    ? "-f rtp_mpegts " + url
                                    : "-f mpegts " + url + "?pkt_size=1316"));
            Path file = recording.finish();
            assertEquals(Street.pictures(source), Street.pictures(file), recording::story);
            assertEquals(Street.frameHashes(source, "a"), Street.frameHashes(file, "a"), recording::story);
            RecordFfmpegPushTest.assertSameTimes(source, file, "v");
            RecordFfmpegPushTest.assertSameTimes(source, file, "a");
            RecordFfmpegPushTest.assertSameOffset(source, file);
            assertEquals("", Street.complaints(file));
        }
    }
}
