package io.mediatool.cli.street;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** MPEG-TS from FFmpeg, in RTP and in bare UDP: all pictures and all sound, although the framing is another one. */
@Tag("street")
final class RecordTransportStreamTest {
    /**
     * FFmpeg (5.1) as rtp_mpegts does not send what its trailer flushes: the sound of a PES packet of 2930 bytes that is not
     * full, and the rest of the last picture.
     */
    private static final int UNSENT_FRAMES = 16;

    private static final int UNSURE_PICTURES = 4;

    @TempDir
    Path directory;

    @ParameterizedTest(name = "{1} {0}")
    @CsvSource({"h265, rtp", "h265, udp"})
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
            List<String> sent = Street.pictures(source);
            List<String> recorded = Street.pictures(file);
            int whole = sent.size() - (transport.equals("rtp") ? UNSURE_PICTURES : 0);
            assertTrue(recorded.size() >= whole && recorded.size() <= sent.size(), recording::story);
            assertEquals(sent.subList(0, whole), recorded.subList(0, whole), recording::story);
            assertTrue(recording.story().contains("nothing lost"), recording::story);
            RecordFfmpegPushTest.assertSameSound(source, file, transport.equals("rtp") ? UNSENT_FRAMES : 0);
            RecordFfmpegPushTest.assertSameTimes(source, file, "v");
            RecordFfmpegPushTest.assertSameTimes(source, file, "a");
            RecordFfmpegPushTest.assertSameOffset(source, file);
            if (transport.equals("udp")) {
                assertEquals("", Street.complaints(file));
            }
        }
    }
}
