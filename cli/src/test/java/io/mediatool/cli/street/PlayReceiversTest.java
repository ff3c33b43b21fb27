package io.mediatool.cli.street;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What {@code play} sends to three targets, FFmpeg, GStreamer and VLC receive by the SDP as we write it: every frame, once, in
 * order, byte for byte. None of them, as Debian 12 has them, knows AV1 in RTP.
 */
@Tag("street")
final class PlayReceiversTest {
    @TempDir
    Path directory;

    @ParameterizedTest(name = "{0} + {1}")
    @CsvSource({
        "h264, aac, mp4, ''",
        "h265, pcmu, mov, -ar 8000 -ac 1",
        "vp9, opus, mp4, ''",
        "'', l16, mov, -ar 44100 -ac 2",
    })
    void allReceiveAll(String video, String audio, String container, String shape) throws IOException {
        receive(Media.make(directory, video, audio, container, shape), video, audio);
    }

    /** FFmpeg does not put VP8 into MP4, so it comes from a recording of ours. */
    @Test
    void vp8AndPcmaOfOurOwnRecording() throws IOException {
        Path pushed = Media.make(directory, "vp8", "pcma", "mkv", "-ar 8000 -ac 1");
        Path recorded = new Push(directory, pushed).video().audio().record("--expect", "vp8", "pcma");
        receive(Files.move(recorded, directory.resolve("source.mp4")), "vp8", "pcma");
    }

    private void receive(Path source, String video, String audio) throws IOException {
        var play = new Play(directory, source, Receiver.values().length);
        List<Path> sdps = play.sdps();
        var visitors = new ArrayList<Visitor>();
        try {
            for (Receiver receiver : Receiver.values()) {
                visitors.add(receiver.start(directory, sdps.get(receiver.ordinal()), video, audio));
            }
            play.to(visitors, !video.isEmpty(), true);
        } finally {
            visitors.forEach(Visitor::close);
        }
        if (!video.isEmpty()) {
            assertPictures(source, video);
        }
        assertSound(source, audio);
    }

    private void assertPictures(Path source, String video) throws IOException {
        String toAnnexB = video.equals("h264") ? "h264_mp4toannexb," : "hevc_mp4toannexb,";
        List<String> sent = Street.frameHashes(source, "v", Receiver.slices(video, toAnnexB));
        assertEquals(50, sent.size());
        assertEquals(sent, Receiver.FFMPEG.pictureHashes(directory, video), "FFmpeg");
        assertEquals(sent, Receiver.GSTREAMER.pictureHashes(directory, video), "GStreamer");
        if (video.startsWith("h")) {
            assertEquals(sent, Receiver.VLC.pictureHashes(directory, video), "VLC");
        } else {
            Receiver.assertDumped(
                    Street.elementary(source, "v"), Receiver.VLC.pictures(directory), lastFrame(source, "v"));
        }
    }

    private void assertSound(Path source, String audio) throws IOException {
        byte[] sent = Street.elementary(source, "a");
        if (Receiver.isPlain(audio)) {
            assertArrayEquals(sent, Files.readAllBytes(Receiver.FFMPEG.sound(directory)), "FFmpeg");
            assertArrayEquals(sent, Files.readAllBytes(Receiver.GSTREAMER.sound(directory)), "GStreamer");
            Receiver.assertDumped(sent, Receiver.VLC.sound(directory), 1200);
        } else {
            List<String> frames = Street.frameHashes(source, "a");
            assertEquals(frames, Receiver.FFMPEG.soundHashes(directory, audio), "FFmpeg");
            assertEquals(frames, Receiver.GSTREAMER.soundHashes(directory, audio), "GStreamer");
            Receiver.assertDumped(sent, Receiver.VLC.sound(directory), lastFrame(source, "a"));
        }
    }

    private static int lastFrame(Path source, String kind) {
        List<Integer> sizes = Street.frameSizes(source, kind);
        return sizes.get(sizes.size() - 1);
    }
}
