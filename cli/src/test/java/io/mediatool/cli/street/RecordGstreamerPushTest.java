package io.mediatool.cli.street;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * GStreamer pushes, {@code record} writes: every frame of the source is in the file, once, in order, at its time. One pipeline sends
 * many files at once, and one recording takes them all, from a port each.
 */
@Tag("street")
final class RecordGstreamerPushTest {
    private static final String TS = "mpegtsmux name=ts alignment=7 ! ";

    @TempDir
    static Path directory;

    private static Path h264;
    private static Path h265;
    private static Path vp8;
    private static Path vp9;
    private static Path opus;
    /** In ADTS: out of MP4, GStreamer leaves out the frames that the edit list leaves out. */
    private static Path aac;

    private static Path mulaw;
    private static Path alaw;
    private static Path stereo;
    private static Path wide;

    @BeforeAll
    static void encode() {
        h264 = Clips.pictures(directory.resolve("h264.mp4"), 2, "320x240", Clips.X264_B);
        h265 = Clips.pictures(directory.resolve("h265.mp4"), 2, "320x240", Clips.X265);
        vp8 = Clips.pictures(directory.resolve("vp8.mkv"), 2, "320x240", Clips.VP8);
        vp9 = Clips.pictures(directory.resolve("vp9.mkv"), 2, "320x240", Clips.VP8.replace("libvpx", "libvpx-vp9"));
        opus = Clips.sound(directory.resolve("opus.ogg"), 2, "libopus");
        aac = Clips.sound(directory.resolve("sound.aac"), 2, "aac");
        mulaw = Clips.sound(directory.resolve("mulaw.wav"), 2, "pcm_mulaw -ar 8000");
        alaw = Clips.sound(directory.resolve("alaw.wav"), 2, "pcm_alaw -ar 8000");
        stereo = Clips.sound(directory.resolve("stereo.wav"), 2, "pcm_s16le -ar 44100 -ac 2");
        wide = Clips.sound(directory.resolve("wide.wav"), 2, "pcm_s16le -ar 16000");
    }

    @Test
    void ninePortsDescribedByTheirOptions() {
        Path spoken = directory.resolve("g722.wav");
        Street.ffmpeg(directory, "-i " + wide + " -c:a g722 " + spoken);
        var push = new Gst(directory, 9)
                .track(h264, "qtdemux ! h264parse ! rtph264pay config-interval=-1 pt=96")
                .track(h265, "qtdemux ! h265parse ! rtph265pay config-interval=-1 pt=97")
                .track(vp8, "matroskademux ! rtpvp8pay pt=98")
                .track(vp9, "matroskademux ! rtpvp9pay pt=99")
                .track(opus, "oggdemux ! opusparse ! rtpopuspay pt=100")
                .track(stereo, "wavparse ! audioconvert ! rtpL16pay pt=10")
                .track(mulaw, "wavparse ! rtppcmupay")
                .track(alaw, "wavparse ! rtppcmapay")
                .track(wide, "wavparse ! avenc_g722 ! rtpg722pay");
        String sources = push.url(0) + "?codec=h264&pt=96 " + push.url(1) + "?codec=h265&pt=97 " + push.url(2)
                + "?codec=vp8&pt=98 " + push.url(3) + "?codec=vp9&pt=99 " + push.url(4) + "?codec=opus&pt=100 "
                + push.url(5) + " " + push.url(6) + " " + push.url(7) + " " + push.url(8);
        try (var recording = Recording.start(directory, sources + " --overwrite --idle 2s")) {
            push.push();
            Path file = recording.finish();
            assertSamePictures(h264, file, "h264", recording);
            assertSamePictures(h265, file, "h265", recording);
            assertSameFrames(vp8, file, "vp8");
            assertSameFrames(vp9, file, "vp9");
            assertSameFrames(opus, file, "opus");
            assertSameSamples(stereo, file, "pcm_s16be", "44100");
            assertSameSamples(mulaw, file, "pcm_mulaw", "8000");
            assertSameSamples(alaw, file, "pcm_alaw", "8000");
            assertSameSamples(spoken, file, "pcm_s16be", "16000");
            assertSound(file, recording);
        }
    }

    /** Nothing in band: parameter sets and AAC configurations stand in the description alone. */
    @Test
    void sevenPortsDescribedBySdp() throws Exception {
        var push = new Gst(directory, 7)
                .track(h264, "qtdemux ! h264parse ! rtph264pay pt=96")
                .track(h265, "qtdemux ! h265parse ! rtph265pay pt=97")
                .track(vp8, "matroskademux ! rtpvp8pay pt=98")
                .track(vp9, "matroskademux ! rtpvp9pay pt=99")
                .track(stereo, "wavparse ! audioconvert ! rtpL16pay pt=100")
                .track(aac, "aacparse ! rtpmp4gpay pt=101")
                .track(opus, "oggdemux ! opusparse ! rtpopuspay pt=102");
        try (var recording = Recording.start(directory, push.sdp() + " --overwrite --idle 2s")) {
            push.push();
            Path file = recording.finish();
            assertSamePictures(h264, file, "h264", recording);
            assertSamePictures(h265, file, "h265", recording);
            assertSameFrames(vp8, file, "vp8");
            assertSameFrames(vp9, file, "vp9");
            assertSameSamples(stereo, file, "pcm_s16be", "44100");
            assertSameFrames(aac, file, "aac");
            assertSameFrames(opus, file, "opus");
            assertSound(file, recording);
        }
    }

    /** Several bare ports, one stream: each codec is recognised; LATM alone is described, in a file beside them. */
    @Test
    void severalBarePorts() throws Exception {
        var latm = new Gst(directory, 1).track(aac, "aacparse ! rtpmp4apay pt=102");
        var push = new Gst(directory, 5)
                .track(h264, "qtdemux ! h264parse ! rtph264pay config-interval=1 pt=96")
                .track(h265, "qtdemux ! h265parse ! rtph265pay config-interval=-1 pt=97")
                .track(vp8, "matroskademux ! rtpvp8pay pt=98")
                .track(opus, "oggdemux ! opusparse ! rtpopuspay pt=100")
                .track(aac, "aacparse ! rtpmp4apay pt=102");
        String sdp = Files.readString(latm.sdp()).replace("m=audio " + latm.port(0), "m=audio " + push.port(4));
        Path described = Files.writeString(directory.resolve("latm.sdp"), sdp);
        String sources = push.url(0) + " " + push.url(1) + " " + push.url(2) + " " + push.url(3) + " " + described;
        try (var recording = Recording.start(directory, sources + " --overwrite --idle 2s")) {
            push.push();
            Path file = recording.finish();
            assertSamePictures(h264, file, "h264", recording);
            assertSamePictures(h265, file, "h265", recording);
            assertSameFrames(vp8, file, "vp8");
            assertSameFrames(opus, file, "opus");
            assertSameFrames(aac, file, "aac");
            assertSound(file, recording);
        }
    }

    @ParameterizedTest(name = "{0}, {1}")
    @CsvSource({"h264, rtp", "h265, rtp", "h264, udp"})
    void transportStream(String codec, String transport) {
        Path pictures = codec.equals("h264") ? h264 : h265;
        int port = Street.freePorts(1);
        String url = transport + "://127.0.0.1:" + port;
        try (var recording = Recording.start(directory, url + " --overwrite --idle 2s")) {
            push("-q " + TS + (transport.equals("rtp") ? "rtpmp2tpay ! " : "") + "udpsink host=127.0.0.1 port=" + port
                    + " filesrc location=" + pictures + " ! qtdemux ! queue ! " + codec
                    + "parse config-interval=-1 ! ts. filesrc location=" + aac + " ! aacparse ! queue ! ts.");
            Path file = recording.finish();
            assertSamePictures(pictures, file, codec, recording);
            assertSameFrames(aac, file, "aac");
            assertSound(file, recording);
        }
    }

    /**
     * A session with RTCP: its sender reports put picture and sound together, and its BYE ends the recording; or silence does:
     * once in a while GStreamer 1.22 loses the end of a session on the way to its RTCP sinks and stays there, for ever.
     */
    @Test
    void sessionWithReports() throws Exception {
        int port = Street.freePorts(2);
        String sources =
                "rtp://127.0.0.1:" + port + "?codec=h264&pt=96 rtp://127.0.0.1:" + (port + 2) + "?codec=opus&pt=97";
        String pipeline = "-q rtpbin name=b filesrc location=" + h264
                + " ! qtdemux ! queue ! h264parse ! rtph264pay config-interval=-1 pt=96 ! b.send_rtp_sink_0"
                + session(0, port)
                + " filesrc location=" + opus
                + " ! oggdemux ! queue ! opusparse ! rtpopuspay pt=97 ! b.send_rtp_sink_1"
                + session(1, port + 2);
        try (var recording = Recording.start(directory, sources + " --overwrite --idle 5s");
                Visitor gst = Street.gstreamer(directory, pipeline)) {
            assertTrue(gst.isRunning(), gst::story);
            Path file = recording.finish();
            assertSamePictures(h264, file, "h264", recording);
            assertSameFrames(opus, file, "opus");
            double meant =
                    Street.times(h264, "v").get(0) - Street.times(opus, "a").get(1);
            double offset =
                    Street.times(file, "v").get(0) - Street.times(file, "a").get(1);
            assertEquals(meant, offset, 0.02, "the first picture against the first sound");
            assertSound(file, recording);
        }
    }

    private static String session(int number, int port) {
        return " b.send_rtp_src_" + number + " ! udpsink host=127.0.0.1 port=" + port + " b.send_rtcp_src_" + number
                + " ! udpsink host=127.0.0.1 sync=false async=false port=" + (port + 1);
    }

    private static void push(String pipeline) {
        try (Visitor gst = Street.gstreamer(directory, pipeline)) {
            gst.assertExit(0);
        }
    }

    private static void assertSamePictures(Path source, Path file, String codec, Recording recording) {
        Path track =
                FileTrack.of(file, codec.equals("h265") ? "hevc" : codec, "").copy("mp4");
        assertEquals(Nals.pictureUnits(source, codec), Nals.pictureUnits(track, codec), recording::story);
        RecordFfmpegPushTest.assertSameTimes(source, track, "v");
    }

    private static void assertSameFrames(Path source, Path file, String codec) {
        String kind = codec.startsWith("vp") ? "v" : "a";
        Path whole = source.toString().endsWith(".aac") ? unwrapped(source) : source;
        // FFmpeg (5.1) does not write VP8 into MP4.
        Path track = FileTrack.of(file, codec, "").copy(codec.equals("vp8") ? "mkv" : "mp4");
        assertEquals(Street.frameHashes(whole, kind), Street.frameHashes(track, kind), codec);
        if (codec.equals("opus")) {
            assertSteady(Street.times(track, kind));
        } else {
            RecordFfmpegPushTest.assertSameTimes(whole, track, kind);
        }
    }

    /** Opus begins before 0 by what the decoder skips; GStreamer sends the first frame at 0, and only the first. */
    private static void assertSteady(List<Double> times) {
        for (int i = 2; i < times.size(); i++) {
            assertEquals(0.02 * (i - 1), times.get(i) - times.get(1), 0.002, "Opus frame " + i);
        }
    }

    private static void assertSameSamples(Path source, Path file, String codec, String rate) {
        assertEquals(
                Media.samples(source),
                Media.samples(FileTrack.of(file, codec, rate).copy("mov")),
                codec);
    }

    private static Path unwrapped(Path adts) {
        Path file = directory.resolve("sound.mp4");
        Street.ffmpeg(directory, "-i " + adts + " -c copy " + file);
        return file;
    }

    private static void assertSound(Path file, Recording recording) {
        assertEquals("", Street.complaints(file), recording::story);
        List<String> tracks = recording
                .story()
                .lines()
                .filter(line -> line.contains(" frames"))
                .toList();
        assertTrue(
                !tracks.isEmpty() && tracks.stream().allMatch(line -> line.contains("nothing lost")), recording::story);
    }
}
