package io.mediatool.recorder;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mediatool.core.codec.Codec;
import io.mediatool.core.codec.MediaKind;
import io.mediatool.core.codec.RtpFormat;
import io.mediatool.core.mp4.Mp4Sample;
import io.mediatool.core.rtp.RtpPacket;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** VLC (3.0) presents the first two pictures of a stream with B-frames late, so that two pictures have one time. */
class MangledStartTest {
    /** As captured, in milliseconds, in decoding order. */
    private static final int[] PRESENTED = {480, 600, 480, 440, 520, 720, 640, 600, 680, 880, 800, 760, 840};

    private static final RtpFormat H264 = new RtpFormat(
            Codec.H264,
            96,
            "H264",
            90_000,
            1,
            Map.of("packetization-mode", "1", "sprop-parameter-sets", "Z2QADazZQUH7ARAAAAMAEAAAAwMg8UKZYA==,aO+Pyw=="));

    @TempDir
    Path directory;

    /** FFmpeg (5.1) shows the whole track early when a composition offset is negative or lies before the edit. */
    @Test
    void noPictureLiesBeforeItsDecoding() throws Exception {
        Path file = directory.resolve("vlc.mp4");
        Stage stage = new Stage(RecorderOptions.defaults(file));
        var source = stage.stream.addTrack(MediaKind.VIDEO, List.of(H264)).source();
        long startNs = stage.loop.nowNs();
        for (int i = 0; i < PRESENTED.length; i++) {
            stage.loop.advanceTo(startNs + i * 40_000_000L);
            byte[] packet = new byte[RtpPacket.HEADER_BYTES + 20];
            RtpPacket.writeHeader(packet, 0, true, 96, i, PRESENTED[i] * 90L, 7);
            packet[RtpPacket.HEADER_BYTES] = (byte) (i == 0 ? 0x65 : 0x41);
            packet[RtpPacket.HEADER_BYTES + 1] = (byte) 0x88;
            source.onRtp(RtpPacket.of(packet, 0, packet.length), stage.loop.nowNs());
        }
        stage.stop();
        List<Mp4Sample> samples = Stage.samples(file, 0);
        assertEquals(PRESENTED.length, samples.size());
        for (int i = 0; i < samples.size(); i++) {
            Mp4Sample sample = samples.get(i);
            assertTrue(sample.ctsOffset() >= 0, "sample " + i + ": " + sample.ctsOffset());
            long shown = sample.pts() - samples.get(0).pts();
            assertEquals((PRESENTED[i] - PRESENTED[0]) * 90L, shown, 1, "sample " + i);
        }
    }
}
