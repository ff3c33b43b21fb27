package io.mediatool.cli.street;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Ways to name a source: a bare port whose codec is recognised, IPv6, a description on standard input. */
@Tag("street")
final class RecordRecognitionTest {
    private static final String RTP = " -c copy -rtpflags send_bye -f rtp ";
    /** Without a description the parameter sets have to come in the stream. */
    private static final String IN_BAND = " -bsf:v h264_mp4toannexb";

    @TempDir
    Path directory;

    @ParameterizedTest(name = "{0}")
    @CsvSource({"h264, v, mkv", "vp8, v, mkv", "opus, a, mkv"})
    void codecIsRecognised(String codec, String kind, String container) {
        Path source = directory.resolve("source." + container);
        if (kind.equals("a")) {
            Clips.sound(source, 2, "libopus");
        } else {
            Clips.pictures(source, 2, "320x240", codec.equals("vp8") ? Clips.VP8 : Clips.X264);
        }
        String url = "rtp://127.0.0.1:" + Street.freePorts(2);
        String expected = (kind.equals("v") ? "video=" : "audio=") + codec;
        try (var recording = Recording.start(directory, url + " --expect " + expected)) {
            Street.ffmpeg(directory, "-re -i " + source + (codec.equals("h264") ? IN_BAND : "") + RTP + url);
            Path file = recording.finish();
            assertEquals(hashes(source, codec, kind), hashes(file, codec, kind), recording::story);
            RecordFfmpegPushTest.assertSameTimes(source, file, kind);
            assertEquals("", Street.complaints(file));
            assertTrue(recording.story().contains("codec=" + codec), recording::story);
        }
    }

    @Test
    void overIpv6() {
        Path source = Clips.pictures(directory.resolve("source.mkv"), 2, "320x240", Clips.X264);
        String url = "rtp://[::1]:" + Street.freePorts(2);
        try (var recording = Recording.start(directory, url + "?codec=h264")) {
            Street.ffmpeg(directory, "-re -i " + source + IN_BAND + RTP + url);
            assertEquals(Street.pictures(source), Street.pictures(recording.finish()), recording::story);
        }
    }

    /** Out of MP4 without a filter: nothing in the stream says how to decode it, and so says the last line, and the way out. */
    @Test
    void parameterSetsNeverCome() {
        Path source = Clips.pictures(directory.resolve("source.mp4"), 2, "320x240", Clips.X264);
        String url = "rtp://127.0.0.1:" + Street.freePorts(2);
        try (var recording = Recording.start(directory, url)) {
            Street.ffmpeg(directory, "-re -i " + source + RTP + url);
            recording.visitor().assertExit(3);
            String last = recording.story().lines().reduce("", (before, line) -> line);
            assertTrue(last.contains("H.264 comes without its parameter sets (SPS, PPS)"), recording::story);
            assertTrue(last.contains("SDP file") && last.contains("-bsf:v h264_mp4toannexb"), recording::story);
            assertTrue(last.contains("config-interval=-1"), recording::story);
        }
    }

    @Test
    void descriptionOnStandardInput() throws Exception {
        Path source = Clips.make(directory.resolve("source.mkv"), 2, Clips.X264, "libopus");
        var push = new Push(directory, source).video().audio();
        String description = Files.readString(push.sdp());
        try (var recording = Recording.begin(directory, "-")) {
            recording.visitor().type(description);
            recording.listening();
            try (Visitor sender = push.start()) {
                sender.assertExit(0);
            }
            Path file = recording.finish();
            assertEquals(Street.frameHashes(source, "v"), Street.frameHashes(file, "v"), recording::story);
            assertEquals(Street.frameHashes(source, "a"), Street.frameHashes(file, "a"), recording::story);
        }
    }

    /** Where parameter sets came only in band their place in the file may be another; the pictures are the same. */
    private static List<String> hashes(Path file, String codec, String kind) {
        return codec.equals("h264") ? Street.pictures(file) : Street.frameHashes(file, kind);
    }
}
