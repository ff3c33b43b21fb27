package io.mediatool.cli.street;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * VLC pushes, {@code record} writes. VLC (3.0) ends with its file, not with its stream: the last second or more of a clip stays
 * in its buffers, and the last frame may be cut in its middle. So everything it pushes goes through a {@link Fan} that
 * keeps it, and the recording must hold what was sent: every whole frame once, in order, at its time.
 */
@Tag("street")
final class RecordVlcPushTest {
    private static final int SECONDS = 4;
    /** Pictures, of 100, of which VLC has been seen to leave out 33 to 43. */
    private static final int UNSENT = 75;

    @TempDir
    Path directory;

    @ParameterizedTest(name = "{0}, {1}")
    @CsvSource({"h264, rtp", "h264, udp", "h265, rtp"})
    void transportStream(String codec, String transport) throws Exception {
        Path source = clip(codec, "aac");
        int port = Street.freePorts(1);
        boolean rtp = transport.equals("rtp");
        try (var fan = new Fan();
                var recording = Recording.start(directory, transport + "://127.0.0.1:" + port + " --idle 2s")) {
            fan.add(port);
            push(
                    source,
                    rtp
                            ? "#rtp{dst=127.0.0.1,mux=ts,port=" + fan.port + "}"
                            : "#std{access=udp,mux=ts,dst=127.0.0.1:" + fan.port + "}");
            Path file = recording.finish();
            Path sent = SentRtp.transportStream(fan.kept(0), directory.resolve("sent.ts"));
            Proof.assertRecordedAsSent(source, codec, sent, file, UNSENT, recording);
            assertEquals("", complaints(file), recording::story);
            assertTrue(recording.story().contains("nothing lost"), recording::story);
        }
    }

    @ParameterizedTest(name = "{0} + {1}")
    @CsvSource({"h264, aac", "h265, opus"})
    void oneTrackAPort(String codec, String audio) throws Exception {
        Path source = clip(codec, audio);
        int port = Street.freePorts(4);
        try (var fan = new Fan()) {
            Path sdp = description(source, port);
            try (var recording =
                    Recording.start(directory, sdp + " --idle 2s --expect video=" + codec + ",audio=" + audio)) {
                fan.add(port);
                push(source, separate(fan));
                Path file = recording.finish();
                List<SentRtp.Sent> pictures = SentRtp.pictureUnits(fan.kept(0), codec);
                List<SentRtp.Sent> sound =
                        audio.equals("aac") ? SentRtp.aacFrames(fan.kept(2)) : SentRtp.opusFrames(fan.kept(2));
                List<String> units = Nals.pictureUnits(file, codec);
                Proof.assertRecordedAsSent(
                        Nals.pictureUnits(source, codec), SentRtp.hashes(pictures), units, UNSENT, recording);
                Proof.assertRecordedAsSent(
                        Street.frameHashes(source, "a"),
                        SentRtp.hashes(sound),
                        Street.frameHashes(file, "a"),
                        2 * UNSENT,
                        recording);
                // VLC's first sender report comes after four seconds: picture and sound lie as they arrived here.
                Proof.assertTimesAsSent(pictures, 90_000, Street.times(file, "v"));
                Proof.assertTimesAsSent(sound, 48_000, Street.times(file, "a"));
                assertEquals("", complaints(file), recording::story);
            }
        }
    }

    private Path clip(String codec, String audio) {
        return Clips.make(
                directory.resolve("source.mp4"),
                SECONDS,
                codec.equals("h264") ? Clips.X264_B : Clips.X265,
                audio.equals("opus") ? "libopus" : audio);
    }

    private void push(Path source, String output) {
        try (Visitor vlc = Street.vlc(directory, List.of(source.toString(), "--sout", output))) {
            vlc.assertExit(0);
        }
    }

    private String separate(Fan fan) {
        return "#rtp{dst=127.0.0.1,port-video=" + fan.port + ",port-audio=" + (fan.port + 2) + ",sdp=file://"
                + directory.resolve("vlc.sdp") + "}";
    }

    /** What VLC writes about a push of its own, which it takes away when it ends; with the ports from {@code port} on. */
    private Path description(Path source, int port) throws IOException {
        try (var aside = new Fan();
                Visitor vlc = Street.vlc(directory, List.of(source.toString(), "--sout", separate(aside)))) {
            String sdp = Files.readString(Street.awaitFile(directory.resolve("vlc.sdp"), "m=audio", vlc));
            return Files.writeString(
                    directory.resolve("push.sdp"),
                    sdp.replace("m=video " + aside.port, "m=video " + port)
                            .replace("m=audio " + (aside.port + 2), "m=audio " + (port + 2)));
        }
    }

    /**
     * VLC presents the first two pictures with B-frames too late, one together with a third. {@code ffmpeg} playing that to nowhere finds
     * two pictures at one time; the file is as it was sent.
     */
    private static String complaints(Path file) {
        return Street.complaints(file)
                .lines()
                .filter(line -> !line.contains("non monotonically increasing dts to muxer"))
                .collect(Collectors.joining("\n"));
    }
}
