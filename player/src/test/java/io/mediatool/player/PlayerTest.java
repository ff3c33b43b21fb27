package io.mediatool.player;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.codec.Depacketizer;
import io.mediatool.core.codec.MediaFrame;
import io.mediatool.core.codec.MediaKind;
import io.mediatool.core.codec.catalog.CodecCatalog;
import io.mediatool.core.loop.VirtualEventLoop;
import io.mediatool.core.mp4.Mp4File;
import io.mediatool.core.mp4.Mp4Sample;
import io.mediatool.core.mp4.read.Mp4Reader;
import io.mediatool.core.mp4.read.Mp4TrackReader;
import io.mediatool.core.rtp.NtpTime;
import io.mediatool.core.rtp.RtpPacket;
import io.mediatool.core.server.IncomingStream;
import io.mediatool.core.server.IncomingStreamTrack;
import io.mediatool.core.server.Room;
import io.mediatool.core.stream.RtpIncomingSourceGroup;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PlayerTest {
    private static final long SECOND = 1_000_000_000L;

    @TempDir
    Path directory;

    private final VirtualEventLoop loop = new VirtualEventLoop();
    private final Room room = new Room("test", loop);
    private final List<String> warnings = new ArrayList<>();
    private final Map<MediaKind, Ear> ears = new LinkedHashMap<>();
    private boolean ended;

    /** Listens to one track and puts its frames together again. */
    private static final class Ear implements RtpIncomingSourceGroup.Listener {
        private final Depacketizer depacketizer;
        private final List<MediaFrame> frames = new ArrayList<>();
        private final List<Long> sequences = new ArrayList<>();
        private final List<Long> arrivals = new ArrayList<>();
        private final List<RtpIncomingSourceGroup.SenderReport> reports = new ArrayList<>();
        private final int clockRate;
        private int largest;
        private boolean ended;

        Ear(RtpIncomingSourceGroup source) {
            clockRate = source.formats().get(0).clockRate();
            depacketizer = CodecCatalog.of(source.formats().get(0).codec())
                    .depacketizer(source.formats().get(0));
        }

        @Override
        public void onRtp(RtpIncomingSourceGroup source, RtpPacket packet, long sequence, long timestamp, long nowNs) {
            sequences.add(sequence);
            arrivals.add(nowNs);
            largest = Math.max(largest, packet.length());
            try {
                depacketizer.onPacket(packet, timestamp, frames::add);
            } catch (MalformedException e) {
                throw new AssertionError(e);
            }
        }

        @Override
        public void onSenderReport(
                RtpIncomingSourceGroup source, RtpIncomingSourceGroup.SenderReport report, long nowNs) {
            reports.add(report);
        }

        @Override
        public void onEnded(RtpIncomingSourceGroup source, long nowNs) {
            depacketizer.flush(frames::add);
            ended = true;
        }
    }

    private static Path fixture(String name) {
        try {
            return Path.of(Objects.requireNonNull(PlayerTest.class.getResource(name), name)
                    .toURI());
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }

    private Player open(PlayerOptions options) throws IOException {
        room.addListener((where, stream) -> stream.addListener(new IncomingStream.Listener() {
            @Override
            public void onTrack(IncomingStream from, IncomingStreamTrack track) {
                Ear ear = new Ear(track.source());
                ears.put(track.kind(), ear);
                track.source().addListener(ear);
            }

            @Override
            public void onEnded(IncomingStream from, long nowNs) {}
        }));
        return Player.open(
                room, "s", options, () -> Instant.EPOCH, new SplittableRandom(1), Runnable::run, new Player.Listener() {
                    @Override
                    public void onWarning(String line) {
                        warnings.add(line);
                    }

                    @Override
                    public void onFailed(IOException cause) {
                        warnings.add("FAILED " + cause.getMessage());
                    }

                    @Override
                    public void onEnded() {
                        ended = true;
                    }
                });
    }

    private PlayerSummary play(PlayerOptions options) throws IOException {
        Player player = open(options);
        player.start();
        loop.advanceTo(100 * SECOND);
        assertTrue(ended);
        return player.done().join();
    }

    private static List<Mp4Sample> samples(Path path, MediaKind kind) throws IOException {
        List<Mp4Sample> samples = new ArrayList<>();
        try (Mp4Reader reader = Mp4Reader.open(Mp4File.open(path))) {
            var track = reader.tracks().stream()
                    .filter(t -> t.kind() == kind)
                    .findFirst()
                    .orElseThrow();
            Mp4TrackReader cursor = reader.track(track.id());
            while (cursor.next()) {
                samples.add(cursor.read());
            }
        } catch (MalformedException e) {
            throw new AssertionError(e);
        }
        return samples;
    }

    private Ear ear(MediaKind kind) {
        return Objects.requireNonNull(ears.get(kind));
    }

    private static void assertNear(long expected, long actual, long tolerance, String what) {
        assertTrue(Math.abs(expected - actual) <= tolerance, what + ": " + expected + " or so, but was " + actual);
    }

    private static String line(Exception refused) {
        String message = String.valueOf(refused.getMessage());
        assertFalse(message.contains("\n"), message);
        return message;
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
        PlayerSummary summary = play(PlayerOptions.defaults(List.of(path)).withMaxPacketBytes(300));
        List<Mp4Sample> video = samples(path, MediaKind.VIDEO);
        Ear eye = ear(MediaKind.VIDEO);
        assertEquals(video.size(), eye.frames.size());
        for (int i = 0; i < video.size(); i++) {
            assertArrayEquals(video.get(i).data(), eye.frames.get(i).data(), "picture " + i);
            assertEquals(video.get(i).sync(), eye.frames.get(i).keyFrame(), "picture " + i);
        }
        List<Mp4Sample> audio = samples(path, MediaKind.AUDIO);
        Ear ear = ear(MediaKind.AUDIO);
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
        play(PlayerOptions.defaults(List.of(path)));
        List<Mp4Sample> video = samples(path, MediaKind.VIDEO);
        Ear eye = ear(MediaKind.VIDEO);
        long first = eye.frames.get(0).timestamp();
        for (int i = 0; i < video.size(); i++) {
            long pts = (video.get(i).pts() - video.get(0).pts()) * 90_000 / 12_800;
            assertNear(pts, eye.frames.get(i).timestamp() - first, 1, "picture " + i);
        }
        // The reports put both first timestamps onto one clock: the first sound starts when the first picture does.
        assertNear(
                0,
                wallNs(eye, 90_000, first)
                        - wallNs(
                                ear(MediaKind.AUDIO),
                                48_000,
                                ear(MediaKind.AUDIO).frames.get(0).timestamp()),
                30_000_000,
                "sound against pictures");
    }

    private static long wallNs(Ear ear, int clockRate, long timestamp) {
        var report = ear.reports.get(0);
        return NtpTime.differenceNs(report.ntpTime(), NtpTime.ofInstant(Instant.EPOCH))
                + (timestamp - report.timestamp()) * SECOND / clockRate;
    }

    @ParameterizedTest
    @CsvSource({"h264-aac.mp4, 1024", "h265-opus.mp4, 960"})
    void loopsGoOnWithoutAJump(String name, int soundFrame) throws IOException {
        Path path = fixture(name);
        PlayerSummary summary = play(PlayerOptions.defaults(List.of(path)).withLoops(3));
        int once = samples(path, MediaKind.VIDEO).size();
        Ear eye = ear(MediaKind.VIDEO);
        assertEquals(3 * once, eye.frames.size());
        for (int i = 1; i < eye.sequences.size(); i++) {
            assertEquals(eye.sequences.get(i - 1) + 1, eye.sequences.get(i));
        }
        for (Ear each : ears.values()) {
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
        Ear ear = ear(MediaKind.AUDIO);
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
        play(PlayerOptions.defaults(List.of(path))
                .withStart(Duration.ofMillis(700))
                .withDuration(Duration.ofMillis(200)));
        Ear eye = ear(MediaKind.VIDEO);
        assertTrue(sync > 0);
        assertArrayEquals(video.get(sync).data(), eye.frames.get(0).data());
        assertEquals(5, eye.frames.size());
        assertNear(
                0,
                wallNs(eye, 90_000, eye.frames.get(0).timestamp())
                        - wallNs(
                                ear(MediaKind.AUDIO),
                                48_000,
                                ear(MediaKind.AUDIO).frames.get(0).timestamp()),
                30_000_000,
                "sound against pictures");
    }

    @Test
    void filesFollowEachOtherOrAreRefusedTogether() throws IOException {
        Path path = fixture("h264-aac.mp4");
        play(PlayerOptions.defaults(List.of(path, path)));
        assertEquals(
                2 * samples(path, MediaKind.VIDEO).size(),
                ear(MediaKind.VIDEO).frames.size());
        var refused = assertThrows(
                IOException.class, () -> open(PlayerOptions.defaults(List.of(path, fixture("h265-opus.mp4")))));
        assertTrue(line(refused).contains("h264-aac.mp4"), line(refused));
        assertTrue(line(refused).contains("h265-opus.mp4"), line(refused));
    }

    /** Made by libx264 with two B-frames between others, none of which refers to them. */
    @Test
    void bFramesAreSentLeftOutOrRefused() throws IOException {
        Path path = fixture("h264-bframes.mp4");
        PlayerOptions options = PlayerOptions.defaults(List.of(path));
        assertTrue(open(options).tracks().get(0).bFrames());
        assertEquals(List.of(), warnings, "receivers of plain RTP can have them");
        var refused = assertThrows(IOException.class, () -> open(options.withBFrames(PlayerOptions.BFrames.REFUSE)));
        assertTrue(line(refused).contains("-bf 0"), line(refused));

        warnings.clear();
        ears.clear();
        play(options.withBFrames(PlayerOptions.BFrames.DROP));
        assertEquals(List.of(), warnings);
        List<MediaFrame> pictures = ear(MediaKind.VIDEO).frames;
        assertTrue(pictures.size() >= 8 && pictures.size() <= 12, pictures.size() + " of 25");
        for (int i = 1; i < pictures.size(); i++) {
            assertTrue(pictures.get(i).timestamp() > pictures.get(i - 1).timestamp(), "picture " + i);
            assertEquals(
                    ear(MediaKind.VIDEO).sequences.get(i - 1) + 1,
                    ear(MediaKind.VIDEO).sequences.get(i));
        }
        int kept = 0;
        for (Mp4Sample sample : samples(path, MediaKind.VIDEO)) {
            if (kept < pictures.size()
                    && java.util.Arrays.equals(sample.data(), pictures.get(kept).data())) {
                kept++;
            }
        }
        assertEquals(pictures.size(), kept, "what is kept is as it was");
    }

    @Test
    void bFramesThatOthersReferToStay() throws IOException {
        play(PlayerOptions.defaults(List.of(fixture("h265-opus.mp4"))).withBFrames(PlayerOptions.BFrames.DROP));
        assertTrue(warnings.get(0).contains("cannot be left out"), warnings.toString());
        assertEquals(25, ear(MediaKind.VIDEO).frames.size());
    }

    @Test
    void littleEndianSoundIsSwapped() throws IOException {
        Path path = fixture("sowt.mov");
        Player player = open(PlayerOptions.defaults(List.of(path)));
        assertEquals(11, player.tracks().get(0).format().payloadType(), "RFC 3551's own number");
        player.start();
        loop.advanceTo(10 * SECOND);
        byte[] file = joined(
                samples(path, MediaKind.AUDIO).stream().map(Mp4Sample::data).toList());
        byte[] sent = joined(
                ear(MediaKind.AUDIO).frames.stream().map(MediaFrame::data).toList());
        assertEquals(file.length, sent.length);
        for (int i = 0; i < file.length; i++) {
            assertEquals(file[i], sent[i ^ 1]);
        }
    }

    @Test
    void unpacedIsOverAtOnceWithTheSameTimestamps() throws IOException {
        PlayerSummary summary = play(PlayerOptions.defaults(List.of(fixture("h264-aac.mp4")))
                .withSpeed(Double.POSITIVE_INFINITY)
                .withLoops(20));
        Ear eye = ear(MediaKind.VIDEO);
        assertEquals(500, eye.frames.size());
        assertNear(20 * SECOND, summary.durationNs(), SECOND, "duration");
        assertEquals(0, eye.arrivals.get(eye.arrivals.size() - 1));
    }

    @Test
    void stopEndsAnEndlessLoop() throws IOException {
        Player player =
                open(PlayerOptions.defaults(List.of(fixture("h264-aac.mp4"))).withLoops(0));
        player.start();
        loop.advanceTo(10 * SECOND);
        assertFalse(ended);
        assertNear(10 * SECOND, player.progress().positionNs(), 200_000_000, "position");
        player.stop();
        loop.advanceTo(11 * SECOND);
        assertTrue(ended && player.done().isDone());
        int frames = ear(MediaKind.VIDEO).frames.size();
        loop.advanceTo(20 * SECOND);
        assertEquals(frames, ear(MediaKind.VIDEO).frames.size());
        assertEquals(List.of(), room.streams());
    }

    /** One word about it, not one for each sample that is missing, and not only when it would begin again. */
    @Test
    void aFileThatIsCutShortWhileItIsPlayedIsAFailure() throws IOException {
        Path path = Files.copy(fixture("h264-aac.mp4"), directory.resolve("cut.mp4"));
        Player player = open(PlayerOptions.defaults(List.of(path)).withLoops(0));
        player.start();
        loop.advanceTo(SECOND / 2);
        try (var file = java.nio.channels.FileChannel.open(path, java.nio.file.StandardOpenOption.WRITE)) {
            file.truncate(1_000);
        }
        loop.advanceTo(20 * SECOND);
        assertTrue(ended && player.done().isDone());
        assertEquals(List.of("FAILED " + path + ": was cut short while it was played"), warnings);
        assertTrue(ear(MediaKind.VIDEO).frames.size() > 25, "what had been read is played");
    }

    @Test
    void everyTruncationIsPlayedOrRefusedInOneLine() throws IOException {
        byte[] whole = Files.readAllBytes(fixture("h264-aac.mp4"));
        for (int length = 0; length < whole.length; length += 61) {
            damaged(java.util.Arrays.copyOf(whole, length));
        }
    }

    @Test
    void randomDamageNeverEscapes() throws IOException {
        long seed = 42;
        SplittableRandom random = new SplittableRandom(seed);
        for (String name : List.of("h264-aac.mp4", "h265-opus.mp4", "sowt.mov")) {
            byte[] whole = Files.readAllBytes(fixture(name));
            for (int round = 0; round < 150; round++) {
                byte[] broken = whole.clone();
                for (int i = random.nextInt(1, 20); i > 0; i--) {
                    // Mostly at the end, where the index is.
                    int at = random.nextBoolean()
                            ? whole.length - 1 - random.nextInt(3000)
                            : random.nextInt(whole.length);
                    broken[Math.max(0, at)] = (byte) random.nextInt();
                }
                damaged(broken);
            }
        }
    }

    private void damaged(byte[] bytes) throws IOException {
        Path path = directory.resolve("damaged.mp4");
        Files.write(path, bytes);
        ended = false;
        try {
            Player player = Player.open(
                    room,
                    "damaged",
                    PlayerOptions.defaults(List.of(path)).withSpeed(Double.POSITIVE_INFINITY),
                    () -> Instant.EPOCH,
                    new SplittableRandom(1),
                    Runnable::run,
                    Player.SILENT);
            player.start();
            for (int i = 0; i < 50 && !player.done().isDone(); i++) {
                loop.advanceBy(SECOND);
            }
            assertTrue(player.done().isDone());
            String failure = player.done().join().failure();
            assertTrue(failure == null || !failure.contains("internal"), failure);
        } catch (IOException e) {
            assertTrue(line(e).contains("damaged.mp4"), line(e));
        }
    }

    @Test
    void aPauseIsOneForTheClockToo() throws IOException {
        Player player = open(PlayerOptions.defaults(List.of(fixture("h265-opus.mp4"))));
        player.start();
        loop.advanceBy(SECOND / 2);
        assertTrue(player.pause());
        assertFalse(player.pause());
        loop.advanceBy(0);
        Ear ear = ears.get(MediaKind.AUDIO);
        int before = ear.arrivals.size();
        long position = player.progress().positionNs();
        loop.advanceBy(10 * SECOND);
        assertTrue(player.isPaused());
        assertEquals(before, ear.arrivals.size(), "nothing is sent");
        assertEquals(position, player.progress().positionNs(), SECOND / 10, "it stands still");
        assertTrue(player.resume());
        loop.advanceBy(SECOND / 4);
        assertFalse(player.resume());
        for (Ear each : ears.values()) {
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
            for (int i = 1; i < each.sequences.size(); i++) {
                assertEquals(each.sequences.get(i - 1) + 1, each.sequences.get(i));
            }
        }
        assertEquals(List.of(), warnings);
    }
}
