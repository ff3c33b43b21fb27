package io.mediatool.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mediatool.cli.http.HttpRig;
import io.mediatool.cli.street.Street;
import io.mediatool.cli.terminal.ExitCode;
import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.codec.MediaKind;
import io.mediatool.core.mp4.Mp4File;
import io.mediatool.core.mp4.Mp4Track;
import io.mediatool.core.mp4.read.Mp4Reader;
import io.mediatool.core.mp4.read.Mp4TrackReader;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code record}, {@code play} and {@code ingest} with WHIP and WHEP, at our own server, all in this process. */
@Tag("street")
final class ServersTest {
    private static final String PICTURE = "-f lavfi -i testsrc2=size=320x240:rate=25 ";
    private static final String SOUND = "-f lavfi -i sine=frequency=440:sample_rate=48000 ";
    private static final String PLAIN = " -c:v libx264 -preset ultrafast -bf 0 -g 25 -pix_fmt yuv420p ";

    @TempDir
    static Path sources;

    private static Path clip;

    @TempDir
    Path directory;

    private HttpRig rig;

    @BeforeAll
    static void makeClip() {
        clip = sources.resolve("clip.mp4");
        Street.ffmpeg(sources, PICTURE + SOUND + "-t 2" + PLAIN + "-c:a libopus " + clip);
    }

    @BeforeEach
    void serve() throws IOException {
        rig = HttpRig.open(HttpRig.settings(HttpRig.gate(List.of("secret"), null)));
    }

    @AfterEach
    void close() {
        rig.close();
    }

    private String server(String path) {
        return "+http://127.0.0.1:" + rig.port() + path;
    }

    /** Where {@code room:} addresses lead to. */
    private String here() {
        return "--server=http://127.0.0.1:" + rig.port() + "/";
    }

    private static Outcome run(String... arguments) {
        return Outcome.of(arguments);
    }

    private static CompletableFuture<Outcome> start(String... arguments) {
        return Outcome.start(arguments);
    }

    /** {@code recorded} is the clip without a hole up to its very end: who comes a moment later than the publisher lacks some sound. */
    private static void assertRunToTheEnd(Path recorded, MediaKind kind, int least)
            throws IOException, MalformedException {
        List<String> played = new ArrayList<>(Samples.of(clip).get(kind));
        played.addAll(Samples.of(clip).get(kind)); // it may have been played twice
        List<String> came = Samples.of(recorded).get(kind);
        assertTrue(came.size() >= least, kind + ": " + came.size());
        assertEquals(played.subList(played.size() - came.size(), played.size()), came, kind.label());
    }

    @Test
    void whatIsPlayedToAServerIsRecordedFromItByteForByte() throws Exception {
        Path file = directory.resolve("out.mp4");
        var recording = start(
                "record",
                "whep" + server("/whep/demo?wait=20s"),
                "-o",
                file.toString(),
                "--token",
                "secret",
                "--idle",
                "1s",
                "--expect",
                "video=h264,audio=opus",
                "--min-frames",
                "25");
        Outcome played = run("play", clip.toString(), "whip" + server("/whip/demo"), "--token", "secret");
        assertEquals(ExitCode.OK, played.code(), played.err());
        Outcome recorded = recording.get();
        assertEquals(ExitCode.OK, recorded.code(), recorded.err());
        assertTrue(recorded.err().contains("nothing lost"), recorded.err());
        assertRunToTheEnd(file, MediaKind.VIDEO, 25);
        assertRunToTheEnd(file, MediaKind.AUDIO, 30);
    }

    @Test
    void aFilePlayedIntoIngestIsPublished() throws Exception {
        Path file = directory.resolve("out.mp4");
        var recording =
                start("record", "room:demo?wait=20s", here(), "-o", file.toString(), "--token=secret", "--idle=1s");
        Outcome sent = run("ingest", "--play", clip.toString(), "whip" + server("/whip/demo"), "--token=secret");
        assertEquals(ExitCode.OK, sent.code(), sent.err());
        Outcome recorded = recording.get();
        assertEquals(ExitCode.OK, recorded.code(), recorded.err());
        assertRunToTheEnd(file, MediaKind.VIDEO, 25);
    }

    /** Three rooms at once: what is played there is watched, published as another, and recorded beside. */
    @Test
    void whatIsWatchedIsForwardedAndRecorded() throws Exception {
        Path beside = directory.resolve("beside.mp4");
        Path copied = directory.resolve("copied.mp4");
        var passing = start(
                "ingest",
                "room:demo?wait=20s",
                "--forward=room:copy",
                "--record=" + beside,
                here(),
                "--token=secret",
                "--idle=1s",
                "--json");
        var recording =
                start("record", "room:copy?wait=20s", here(), "-o", copied.toString(), "--token=secret", "--idle=1s");
        Outcome played = run("play", clip.toString(), "room:demo", here(), "--token=secret", "--loop=2");
        assertEquals(ExitCode.OK, played.code(), played.err());
        Outcome passed = passing.get();
        assertEquals(ExitCode.OK, passed.code(), passed.err());
        assertTrue(passed.out().contains("\"watched\""), passed.out());
        Outcome recorded = recording.get();
        assertEquals(ExitCode.OK, recorded.code(), recorded.err());
        assertRunToTheEnd(beside, MediaKind.VIDEO, 50);
        assertRunToTheEnd(copied, MediaKind.VIDEO, 25);
        Outcome refused = run("ingest", "room:demo", "--forward=rtp://127.0.0.1:9", here(), "--token=wrong");
        assertEquals(ExitCode.NETWORK, refused.code(), refused.err());
        assertTrue(refused.err().contains("/whep/demo: 401 "), refused.err());
    }

    @Test
    void refusalsAreOneLineWithTheServersWords() {
        String file = directory.resolve("out.mp4").toString();
        for (String token : List.of("--token=wrong", "--reorder=200ms")) {
            Outcome outcome = run("record", "whep" + server("/whep/demo"), "-o", file, token);
            assertEquals(ExitCode.NETWORK, outcome.code(), outcome.err());
            assertTrue(outcome.err().contains("/whep/demo: 401 "), outcome.err());
            assertTrue(outcome.err().contains("token"), outcome.err());
        }
        Outcome played = run("play", clip.toString(), "whip" + server("/whip/demo"), "--token=wrong");
        assertEquals(ExitCode.NETWORK, played.code(), played.err());
        assertTrue(played.err().contains("/whip/demo: 401 "), played.err());
        Outcome nowhere = run("play", clip.toString(), "whip+http://127.0.0.1:1/whip/demo");
        assertEquals(ExitCode.NETWORK, nowhere.code(), nowhere.err());
        assertTrue(nowhere.err().contains("nothing listens at http://127.0.0.1:1"), nowhere.err());
    }

    @Test
    void nothingPublishedIsExitThree() {
        Outcome outcome = run(
                "record",
                "whep" + server("/whep/empty"),
                "-o",
                directory.resolve("out.mp4").toString(),
                "--token=secret",
                "--timeout=1500ms");
        assertEquals(ExitCode.NOTHING_ARRIVED, outcome.code(), outcome.err());
        assertTrue(outcome.err().contains("409 nothing is published in empty"), outcome.err());
    }

    @Test
    void aServerThatGoesAwayEndsBoth() throws Exception {
        Path file = directory.resolve("out.mp4");
        var playing = start(
                "play",
                clip.toString(),
                "whip" + server("/whip/demo"),
                "--token=secret",
                "--loop=forever",
                "--reconnect=0s");
        var recording = start(
                "record",
                "whep" + server("/whep/demo?wait=20s"),
                "-o",
                file.toString(),
                "--token=secret",
                "--reconnect=0s");
        awaitFile(file);
        rig.shutDown();
        Outcome recorded = recording.get();
        assertEquals(ExitCode.OK, recorded.code(), recorded.err());
        assertTrue(recorded.err().contains("the stream ended") || recorded.err().contains("closed"), recorded.err());
        Outcome played = playing.get();
        assertEquals(ExitCode.NETWORK, played.code(), played.err());
        assertTrue(played.err().contains("/whip/demo: the peer closed the connection"), played.err());
    }

    private static void awaitFile(Path file) {
        long deadline = System.nanoTime() + 20_000_000_000L;
        while (!file.toFile().exists() && System.nanoTime() < deadline) {
            Thread.onSpinWait();
        }
    }

    /** The recording goes on in the same file, with the pause in it; the file that is played goes on meanwhile. */
    @Test
    void aServerThatIsStartedAnewIsComeBackTo() throws Exception {
        Path file = directory.resolve("out.mp4");
        var playing = start(
                "play", clip.toString(), "room:demo", here(), "--token=secret", "--loop=forever", "--duration=9s");
        var recording =
                start("record", "room:demo?wait=20s", here(), "-o", file.toString(), "--token=secret", "--duration=5s");
        awaitFile(file);
        rig.shutDown();
        int port = rig.port();
        rig.close();
        rig = HttpRig.open(HttpRig.settings(HttpRig.gate(List.of("secret"), null), port));
        Outcome recorded = recording.get();
        assertEquals(ExitCode.OK, recorded.code(), recorded.err());
        assertTrue(recorded.err().contains("/whep/demo again"), recorded.err());
        Outcome played = playing.get();
        assertEquals(ExitCode.OK, played.code(), played.err());
        assertTrue(played.err().contains("/whip/demo again"), played.err());
        List<Long> times = times(file, MediaKind.VIDEO);
        double seconds = (times.get(times.size() - 1) - times.get(0)) / 1e9;
        assertTrue(seconds > 3 && seconds < 7, "" + seconds);
        double shown = times.size() / 25.0;
        assertTrue(shown < seconds - 0.3, "no pause in it: " + shown + " of " + seconds);
    }

    /** When the pictures of a file are decoded, in nanoseconds. */
    private static List<Long> times(Path file, MediaKind kind) throws IOException, MalformedException {
        var times = new ArrayList<Long>();
        try (Mp4Reader reader = Mp4Reader.open(Mp4File.open(file))) {
            for (Mp4Track track : reader.tracks()) {
                Mp4TrackReader each = reader.track(track.id());
                while (track.kind() == kind && each.next()) {
                    times.add(each.dts() * 1_000_000_000L / track.timescale());
                }
            }
        }
        return times;
    }

    @Test
    void whatWebRtcCarriesBadlyIsNamedWithTheWayOut() throws Exception {
        Path reordered = directory.resolve("b.mp4");
        Street.ffmpeg(
                directory,
                PICTURE + "-t 1 -c:v libx264 -bf 2 -b_strategy 0 -x264-params b-pyramid=none -pix_fmt yuv420p "
                        + reordered);
        Outcome frames = run("play", reordered.toString(), "room:demo", here(), "--token=secret", "--b-frames=refuse");
        assertEquals(ExitCode.FILE, frames.code(), frames.err());
        assertTrue(frames.err().contains("B-frames") && frames.err().contains("-bf 0"), frames.err());
        Outcome nowhere = run("play", reordered.toString(), "whip+http://127.0.0.1:1/whip/demo");
        assertEquals(ExitCode.NETWORK, nowhere.code(), nowhere.err());
        assertTrue(nowhere.err().matches("mediatool: nothing listens at http://127.0.0.1:1.*\n"), nowhere.err());
        Outcome sent = run("play", reordered.toString(), "room:demo", here(), "--token=secret", "--json");
        assertEquals(ExitCode.OK, sent.code(), sent.err());
        assertTrue(sent.err().contains("--b-frames drop"), sent.err());
        Outcome dropped;
        try (DatagramSocket sink = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            String target = "rtp://127.0.0.1:" + sink.getLocalPort();
            dropped = run("play", reordered.toString(), target, "--b-frames=drop", "--json");
        }
        assertEquals(ExitCode.OK, dropped.code(), dropped.err());
        assertTrue(frames(dropped) > 5 && frames(dropped) < 20, dropped.out());
        assertEquals(25, frames(sent), sent.out());
    }

    /** How many were played, of the first track. */
    private static long frames(Outcome played) {
        Matcher found = Pattern.compile("\"frames\"\\s*:\\s*(\\d+)").matcher(played.out());
        assertTrue(found.find(), played.out());
        return Long.parseLong(found.group(1));
    }

    /** WebRTC has no AAC: what is played is made Opus, as long as it was. Who watches comes in somewhere in the first of two rounds. */
    @Test
    void aFileWithAacIsHeardAsOpus() throws Exception {
        Path aac = directory.resolve("aac.mp4");
        Street.ffmpeg(directory, SOUND + "-t 3 -c:a aac " + aac);
        Path file = directory.resolve("heard.mp4");
        var recording = start(
                "record",
                "whep" + server("/whep/demo?wait=20s"),
                "-o",
                file.toString(),
                "--token=secret",
                "--idle=1s",
                "--expect=audio=opus");
        Outcome played = run("play", aac.toString(), "--loop=2", "whip" + server("/whip/demo"), "--token=secret");
        assertEquals(ExitCode.OK, played.code(), played.err());
        Outcome recorded = recording.get();
        assertEquals(ExitCode.OK, recorded.code(), recorded.err());
        assertTrue(recorded.err().contains("nothing lost"), recorded.err());
        int heard = Samples.of(file).get(MediaKind.AUDIO).size();
        assertTrue(heard >= 3 * 50 && heard <= 6 * 50 + 5, "" + heard);
    }
}
