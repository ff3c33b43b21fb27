package io.mediatool.cli.street;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** MPEG-TS from FFmpeg, in RTP and in bare UDP: all pictures and all sound, although the framing is another one. */
@Tag("street")
final class RecordTransportStreamTest {
    /** FFmpeg (5.1) as rtp_mpegts does not send what its trailer flushes: the sound of a PES packet that is not full, the rest of the last picture. */
    private static final int UNSENT = 8;

    @TempDir
    Path directory;

    @ParameterizedTest(name = "{1} {0}")
    @CsvSource({"h264, rtp", "h265, rtp", "h264, udp", "h265, udp"})
    void everyPictureAndSound(String codec, String transport) throws Exception {
        Path source =
                Clips.make(directory.resolve("source.mp4"), 3, codec.equals("h264") ? Clips.X264_B : Clips.X265, "aac");
        int port = Street.freePorts(1);
        boolean rtp = transport.equals("rtp");
        try (var fan = new Fan();
                var recording = Recording.start(
                        directory,
                        transport + "://127.0.0.1:" + port + " --idle 2s --expect video=" + codec + ",audio=aac")) {
            fan.add(port);
            String url = transport + "://127.0.0.1:" + fan.port;
            Street.ffmpeg(
                    directory,
                    "-re -i " + source + " -c copy "
                            + (rtp ? "-f rtp_mpegts " + url : "-f mpegts " + url + "?pkt_size=1316"));
            Path file = recording.finish();
            Path sent = SentRtp.transportStream(fan.kept(0), directory.resolve("sent.ts"));
            Proof.assertRecordedAsSent(source, codec, sent, file, rtp ? UNSENT : 0, recording);
            assertTrue(recording.story().contains("nothing lost"), recording::story);
            RecordFfmpegPushTest.assertSameTimes(source, file, "v");
            RecordFfmpegPushTest.assertSameTimes(source, file, "a");
            RecordFfmpegPushTest.assertSameOffset(source, file);
            if (!rtp) { // a cut picture is none to decode without complaints
                assertEquals("", Street.complaints(file));
            }
        }
    }
}
