package io.mediatool.player;

import static io.mediatool.player.PlayerStage.fixture;
import static io.mediatool.player.PlayerStage.line;
import static io.mediatool.player.PlayerStage.samples;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mediatool.core.codec.MediaFrame;
import io.mediatool.core.codec.MediaKind;
import io.mediatool.core.loop.VirtualEventLoop;
import io.mediatool.core.mp4.Mp4Sample;
import io.mediatool.core.rtp.NtpTime;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PlayerTest {
    private static final long SECOND = PlayerStage.SECOND;

    @TempDir
    Path directory;

    private final PlayerStage stage = new PlayerStage();
    private final VirtualEventLoop loop = stage.loop;
    private final List<String> warnings = stage.warnings;

    private static void assertNear(long expected, long actual, long tolerance, String what) {
        assertTrue(Math.abs(expected - actual) <= tolerance, what + ": " + expected + " or so, but was " + actual);
    }

    private static byte[] joined(List<byte[]> parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        parts.forEach(out::writeBytes);
        return out.toByteArray();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "h264-aac.mp4",
                "h265-opus.mp4",
                "vp9-opus.mp4",
                "av1-opus.mp4",
                "h264-pcmu.mov",
                "h264-pcma-fragmented.mov"
            })
    void everyAccessUnitComesOutAsItIsInTheFile(String name) throws IOException {
        Path path = fixture(name);
        PlayerSummary summary = stage.play(PlayerOptions.defaults(List.of(path)).withMaxPacketBytes(300));
        List<Mp4Sample> video = samples(path, MediaKind.VIDEO);
        Ear eye = stage.ear(MediaKind.VIDEO);
        assertEquals(video.size(), eye.frames.size());
        for (int i = 0; i < video.size(); i++) {
            assertArrayEquals(video.get(i).data(), eye.frames.get(i).data(), "picture " + i);
            assertEquals(video.get(i).sync(), eye.frames.get(i).keyFrame(), "picture " + i);
        }
        List<Mp4Sample> audio = samples(path, MediaKind.AUDIO);
        Ear ear = stage.ear(MediaKind.AUDIO);
        assertArrayEquals(
                joined(audio.stream().map(Mp4Sample::data).toList()),
                joined(ear.frames.stream().map(MediaFrame::data).toList()));
        assertTrue(eye.largest <= 300 && ear.largest <= 300, eye.largest + " " + ear.largest);
        assertTrue(eye.ended && ear.ended);
        assertEquals(video.size(), summary.tracks().get(0).frames());
        // Without an edit list the B-frames' delay stays at the beginning.
        assertNear(SECOND, summary.durationNs(), name.contains("fragmented") ? 80_000_000 : 10_000_000, "duration");
        assertEquals(List.of(), warnings);
    }

    @Test
    void presentationTimesAreTheFilesAndSoundStaysWithPictures() throws IOException {
        Path path = fixture("h264-aac.mp4");
        stage.play(PlayerOptions.defaults(List.of(path)));
        List<Mp4Sample> video = samples(path, MediaKind.VIDEO);
        Ear eye = stage.ear(MediaKind.VIDEO);
        long first = eye.frames.get(0).timestamp();
        for (int i = 0; i < video.size(); i++) {
            long pts = (video.get(i).pts() - video.get(0).pts()) * 90_000 / 12_800;
            assertNear(pts, eye.frames.get(i).timestamp() - first, 1, "picture " + i);
        }
        // The reports put both first timestamps onto one clock: the first sound starts when the first picture does.
        assertNear(
                0, eye.firstWallNs() - stage.ear(MediaKind.AUDIO).firstWallNs(), 30_000_000, "sound against pictures");
    }

    @ParameterizedTest
    @CsvSource({"h264-aac.mp4, 1024", "h265-opus.mp4, 960"})
    void loopsGoOnWithoutAJump(String name, int soundFrame) throws IOException {
        Path path = fixture(name);
        PlayerSummary summary = stage.play(PlayerOptions.defaults(List.of(path)).withLoops(3));
        int once = samples(path, MediaKind.VIDEO).size();
        Ear eye = stage.ear(MediaKind.VIDEO);
        assertEquals(3 * once, eye.frames.size());
        eye.assertNoNumberIsMissing();
        for (Ear each : stage.ears.values()) {
            for (int i = 1; i < each.arrivals.size(); i++) {
                assertTrue(each.arrivals.get(i) - each.arrivals.get(i - 1) <= 80_000_000, "no pause at " + i);
            }
        }
        // A round is as long as the presentation, without the sound's priming and what its last frame is too long.
        for (int round = 1; round < 3; round++) {
            long first =
                    eye.frames.get(round * once).timestamp() - eye.frames.get(0).timestamp();
            assertNear(round * 90_000, first, 1, "pictures of round " + round);
        }
        Ear ear = stage.ear(MediaKind.AUDIO);
        for (int i = 1; i < ear.frames.size(); i++) {
            long step = ear.frames.get(i).timestamp() - ear.frames.get(i - 1).timestamp();
            assertNear(soundFrame, step, soundFrame / 2, "sound frame " + i);
        }
        long sounds = ear.frames.get(ear.frames.size() - 1).timestamp()
                - ear.frames.get(0).timestamp();
        assertNear(3L * ear.clockRate, sounds, soundFrame * 3L / 2, "sound");
        assertNear(3 * SECOND, summary.durationNs(), 1_000_000, "three rounds");
        assertEquals(3, summary.loops());
    }

    @Test
    void startGoesToTheSyncSampleBeforeAndDurationLimitsTheWhole() throws IOException {
        Path path = fixture("h264-aac.mp4");
        List<Mp4Sample> video = samples(path, MediaKind.VIDEO);
        int sync = 0;
        for (int i = 0; i < video.size(); i++) {
            sync = video.get(i).sync() && video.get(i).dts() * SECOND / 12_800 <= 700_000_000L ? i : sync;
        }
        stage.play(PlayerOptions.defaults(List.of(path))
                .withStart(Duration.ofMillis(700))
                .withDuration(Duration.ofMillis(200)));
        Ear eye = stage.ear(MediaKind.VIDEO);
        assertTrue(sync > 0);
        assertArrayEquals(video.get(sync).data(), eye.frames.get(0).data());
        assertEquals(5, eye.frames.size());
        assertNear(
                0, eye.firstWallNs() - stage.ear(MediaKind.AUDIO).firstWallNs(), 30_000_000, "sound against pictures");
    }

    @Test
    void filesFollowEachOtherOrAreRefusedTogether() throws IOException {
        Path path = fixture("h264-aac.mp4");
        stage.play(PlayerOptions.defaults(List.of(path, path)));
        assertEquals(
                2 * samples(path, MediaKind.VIDEO).size(),
                stage.ear(MediaKind.VIDEO).frames.size());
        var refused = assertThrows(
                IOException.class, () -> stage.open(PlayerOptions.defaults(List.of(path, fixture("h265-opus.mp4")))));
        assertTrue(line(refused).contains("h264-aac.mp4"), line(refused));
        assertTrue(line(refused).contains("h265-opus.mp4"), line(refused));
    }

    /** Made by libx264 with two B-frames between others, none of which refers to them. */
    @Test
    void bFramesAreSentLeftOutOrRefused() throws IOException {
        Path path = fixture("h264-bframes.mp4");
        PlayerOptions options = PlayerOptions.defaults(List.of(path));
        assertTrue(stage.open(options).tracks().get(0).bFrames());
        assertEquals(List.of(), warnings, "receivers of plain RTP can have them");
        var refused =
                assertThrows(IOException.class, () -> stage.open(options.withBFrames(PlayerOptions.BFrames.REFUSE)));
        assertTrue(line(refused).contains("-bf 0"), line(refused));

        warnings.clear();
        stage.ears.clear();
        stage.play(options.withBFrames(PlayerOptions.BFrames.DROP));
        assertEquals(List.of(), warnings);
        List<MediaFrame> pictures = stage.ear(MediaKind.VIDEO).frames;
        assertTrue(pictures.size() >= 8 && pictures.size() <= 12, pictures.size() + " of 25");
        for (int i = 1; i < pictures.size(); i++) {
            assertTrue(pictures.get(i).timestamp() > pictures.get(i - 1).timestamp(), "picture " + i);
            assertEquals(
                    stage.ear(MediaKind.VIDEO).sequences.get(i - 1) + 1,
                    stage.ear(MediaKind.VIDEO).sequences.get(i));
        }
        int kept = 0;
        for (Mp4Sample sample : samples(path, MediaKind.VIDEO)) {
            if (kept < pictures.size()
                    && Arrays.equals(sample.data(), pictures.get(kept).data())) {
                kept++;
            }
        }
        assertEquals(pictures.size(), kept, "what is kept is as it was");
    }

    @Test
    void bFramesThatOthersReferToStay() throws IOException {
        stage.play(PlayerOptions.defaults(List.of(fixture("h265-opus.mp4"))).withBFrames(PlayerOptions.BFrames.DROP));
        assertTrue(warnings.get(0).contains("cannot be left out"), warnings.toString());
        assertEquals(25, stage.ear(MediaKind.VIDEO).frames.size());
    }

    @Test
    void littleEndianSoundIsSwapped() throws IOException {
        Path path = fixture("sowt.mov");
        Player player = stage.open(PlayerOptions.defaults(List.of(path)));
        assertEquals(11, player.tracks().get(0).format().payloadType(), "RFC 3551's own number");
        player.start();
        loop.advanceTo(10 * SECOND);
        byte[] file = joined(
                samples(path, MediaKind.AUDIO).stream().map(Mp4Sample::data).toList());
        byte[] sent = joined(
                stage.ear(MediaKind.AUDIO).frames.stream().map(MediaFrame::data).toList());
        assertEquals(file.length, sent.length);
        for (int i = 0; i < file.length; i++) {
            assertEquals(file[i], sent[i ^ 1]);
        }
    }

    @Test
    void unpacedIsOverAtOnceWithTheSameTimestamps() throws IOException {
        PlayerSummary summary = stage.play(PlayerOptions.defaults(List.of(fixture("h264-aac.mp4")))
                .withSpeed(Double.POSITIVE_INFINITY)
                .withLoops(20));
        Ear eye = stage.ear(MediaKind.VIDEO);
        assertEquals(500, eye.frames.size());
        assertNear(20 * SECOND, summary.durationNs(), SECOND, "duration");
        assertEquals(0, eye.arrivals.get(eye.arrivals.size() - 1));
    }

    @Test
    void stopEndsAnEndlessLoop() throws IOException {
        Player player = stage.open(
                PlayerOptions.defaults(List.of(fixture("h264-aac.mp4"))).withLoops(0));
        player.start();
        loop.advanceTo(10 * SECOND);
        assertFalse(stage.ended);
        assertNear(10 * SECOND, player.progress().positionNs(), 200_000_000, "position");
        player.stop();
        loop.advanceTo(11 * SECOND);
        assertTrue(stage.ended && player.done().isDone());
        int frames = stage.ear(MediaKind.VIDEO).frames.size();
        loop.advanceTo(20 * SECOND);
        assertEquals(frames, stage.ear(MediaKind.VIDEO).frames.size());
        assertEquals(List.of(), stage.room.streams());
    }

    /** One word about it, not one for each sample that is missing, and not only when it would begin again. */
    @Test
    void aFileThatIsCutShortWhileItIsPlayedIsAFailure() throws IOException {
        Path path = Files.copy(fixture("h264-aac.mp4"), directory.resolve("cut.mp4"));
        Player player = stage.open(PlayerOptions.defaults(List.of(path)).withLoops(0));
        player.start();
        loop.advanceTo(SECOND / 2);
        try (var file = FileChannel.open(path, StandardOpenOption.WRITE)) {
            file.truncate(1_000);
        }
        loop.advanceTo(20 * SECOND);
        assertTrue(stage.ended && player.done().isDone());
        assertEquals(List.of("FAILED " + path + ": was cut short while it was played"), stage.warnings);
        assertTrue(stage.ear(MediaKind.VIDEO).frames.size() > 25, "what had been read is played");
    }

    @Test
    void aPauseIsOneForTheClockToo() throws IOException {
        Player player = stage.open(PlayerOptions.defaults(List.of(fixture("h265-opus.mp4"))));
        player.start();
        loop.advanceBy(SECOND / 2);
        assertTrue(player.pause());
        assertFalse(player.pause());
        loop.advanceBy(0);
        Ear ear = stage.ears.get(MediaKind.AUDIO);
        int before = ear.arrivals.size();
        long position = player.progress().positionNs();
        loop.advanceBy(10 * SECOND);
        assertTrue(player.isPaused());
        assertEquals(before, ear.arrivals.size(), "nothing is sent");
        assertEquals(position, player.progress().positionNs(), SECOND / 10, "it stands still");
        assertTrue(player.resume());
        loop.advanceBy(SECOND / 4);
        assertFalse(player.resume());
        for (Ear each : stage.ears.values()) {
            for (int i = 1; i < each.frames.size(); i++) {
                double mediaMs =
                        (each.frames.get(i).timestamp() - each.frames.get(i - 1).timestamp()) * 1e3 / each.clockRate;
                assertTrue(mediaMs <= 200 || mediaMs > 9_900 && mediaMs <= 10_200, mediaMs + " ms");
            }
            double clockMs = (each.frames.get(each.frames.size() - 1).timestamp()
                            - each.frames.get(0).timestamp())
                    * 1e3
                    / each.clockRate;
            assertEquals(10_700, clockMs, 150, "timestamps went on");
            var last = each.reports.get(each.reports.size() - 1);
            var first = each.reports.get(0);
            double reportedMs = NtpTime.differenceNs(last.ntpTime(), first.ntpTime()) / 1e6;
            assertEquals(reportedMs, (last.timestamp() - first.timestamp()) * 1e3 / each.clockRate, 0.1, "one line");
            assertTrue(reportedMs > 9_900, reportedMs + " ms");
            each.assertNoNumberIsMissing();
        }
        assertEquals(List.of(), warnings);
    }
}
