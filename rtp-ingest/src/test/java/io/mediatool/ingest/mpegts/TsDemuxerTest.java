package io.mediatool.ingest.mpegts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mediatool.core.codec.Codec;
import io.mediatool.ingest.elementary.TimedFrame;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Against real streams. The lines of the fixtures' text files come of {@code ffprobe -show_packets -show_data}: stream, PTS,
 * DTS, key frame, and the hash of the sample with parameter sets taken out and lengths in place of start codes.
 */
final class TsDemuxerTest {
    /** In ffmpeg-h264-aac. That the stream's very last packet is lost, nothing after it can show. */
    private static final int LAST_VIDEO_PACKET = 91;

    private static TsRecorder demux(byte[] data, int pieceBytes) {
        TsRecorder recorder = new TsRecorder();
        TsDemuxer demuxer = new TsDemuxer(recorder);
        for (int at = 0; at < data.length; at += pieceBytes) {
            demuxer.feed(data, at, Math.min(pieceBytes, data.length - at));
        }
        demuxer.flush();
        assertEquals(0, demuxer.statistics().skippedBytes());
        assertEquals(0, demuxer.statistics().lost());
        assertEquals(recorder.frames.size(), demuxer.statistics().frames());
        return recorder;
    }

    private static List<String> expected(String name, int pid) throws Exception {
        String text = new String(TsRecorder.fixture(name + ".txt"), StandardCharsets.UTF_8);
        return text.lines()
                .filter(line -> line.startsWith(pid + " "))
                .map(line -> line.substring(line.indexOf(' ') + 1))
                .toList();
    }

    @ParameterizedTest
    @CsvSource({
        "ffmpeg-h264-aac, 256, 257, H264, AAC",
        "ffmpeg-h265-opus, 256, 257, H265, OPUS",
        "vlc-h264-aac, 100, 200, H264, AAC"
    })
    void findsEveryFrameOfRealStreams(String name, int videoPid, int audioPid, Codec video, Codec audio)
            throws Exception {
        byte[] data = TsRecorder.fixture(name + ".ts");
        for (int piece : List.of(7 * 188, 188, 1000, 61)) {
            TsRecorder recorder = demux(data, piece);
            assertEquals(2, recorder.streams.size());
            assertEquals(
                    List.of(video, audio),
                    recorder.streams.stream().map(TsStream::codec).toList());
            // A stream cut off in the middle ends with a piece of a frame, which is no frame.
            boolean cut = name.startsWith("vlc");
            assertLines(expected(name, videoPid), recorder.lines(videoPid), cut);
            assertAudio(expected(name, audioPid), recorder.lines(audioPid), cut);
        }
    }

    /** The sender's times are rounded to 1/90000 s, ours are counted in samples: two ticks apart at most. */
    private static void assertAudio(List<String> expected, List<String> actual, boolean cut) {
        int last = cut ? expected.size() - 1 : expected.size();
        assertTrue(actual.size() == expected.size() || actual.size() == last, actual.size() + " of " + expected.size());
        for (int i = 0; i < last; i++) {
            String[] want = expected.get(i).split(" ");
            String[] got = actual.get(i).split(" ");
            assertEquals(want[3], got[3], "hash of frame " + i);
            assertEquals(Long.parseLong(want[0]), Long.parseLong(got[0]), 2, "time of frame " + i);
        }
    }

    @Test
    void findsEveryFrameOfLatm() throws Exception {
        TsRecorder recorder = demux(TsRecorder.fixture("ffmpeg-latm.ts"), 1316);
        assertEquals("AAC (LATM)", recorder.streams.get(0).name());
        assertEquals(expected("ffmpeg-latm", 256).size(), recorder.frames.size());
        assertEquals(44_100, recorder.frames.get(0).clockRate());
    }

    private static void assertLines(List<String> expected, List<String> actual, boolean cut) {
        int last = cut ? expected.size() - 1 : expected.size();
        assertEquals(
                String.join("\n", expected.subList(0, last)),
                String.join("\n", actual.subList(0, Math.min(last, actual.size()))));
        assertTrue(actual.size() <= expected.size());
    }

    @Test
    void countsAudioInSamples() throws Exception {
        List<TimedFrame> audio =
                demux(TsRecorder.fixture("vlc-h264-aac.ts"), 1316).of(200);
        long first = audio.get(0).frame().timestamp();
        for (int i = 0; i < audio.size(); i++) {
            assertEquals(first + 1024L * i, audio.get(i).frame().timestamp());
            assertEquals(1024, audio.get(i).frame().duration());
            assertEquals(48_000, audio.get(i).clockRate());
        }
    }

    @Test
    void tellsConfigurationAndKinds() throws Exception {
        TsRecorder recorder = demux(TsRecorder.fixture("ffmpeg-h265-opus.ts"), 1316);
        var video = recorder.of(256).get(0).frame().config();
        var audio = recorder.of(257).get(0).frame().config();
        assertTrue(video != null && video.width() == 160 && video.height() == 120);
        assertTrue(audio != null && audio.channels() == 2 && audio.sampleRate() == 48_000);
        assertTrue(recorder.frames.stream().noneMatch(frame -> frame.frame().damaged()));
        assertTrue(recorder.frames.stream().noneMatch(TimedFrame::discontinuity));
    }

    /** Every video frame but those that a lost packet belongs to is as before, and none is made up. */
    @Test
    void aLostPacketCostsOneFrame() throws Exception {
        byte[] data = TsRecorder.fixture("ffmpeg-h264-aac.ts");
        List<String> whole = demux(data, 188).lines(256);
        for (int lost = 10; lost < LAST_VIDEO_PACKET; lost++) {
            TsRecorder recorder = new TsRecorder();
            TsDemuxer demuxer = new TsDemuxer(recorder);
            demuxer.feed(data, 0, lost * 188);
            demuxer.feed(data, (lost + 1) * 188, data.length - (lost + 1) * 188);
            demuxer.flush();
            List<String> found = recorder.lines(256);
            List<TimedFrame> frames = recorder.of(256);
            List<String> sound = new ArrayList<>();
            for (int i = 0; i < found.size(); i++) {
                if (!frames.get(i).frame().damaged()) {
                    sound.add(found.get(i));
                }
            }
            List<String> strange = new ArrayList<>(sound);
            strange.removeAll(whole);
            assertEquals(List.of(), strange, "packet " + lost);
            assertTrue(sound.size() >= whole.size() - 3, "packet " + lost + ": " + sound.size());
        }
    }

    @Test
    void dropsDuplicatesAndPassesOverGarbage() throws Exception {
        byte[] data = TsRecorder.fixture("ffmpeg-h264-aac.ts");
        TsRecorder recorder = new TsRecorder();
        TsDemuxer demuxer = new TsDemuxer(recorder);
        byte[] garbage = new byte[500];
        Arrays.fill(garbage, (byte) 0x47);
        garbage[10] = 1;
        for (int at = 0; at < data.length; at += 188) {
            demuxer.feed(data, at, 188);
            boolean payload = (data[at + 3] & 0x10) != 0;
            if (at % 1880 == 0 && payload) {
                demuxer.feed(data, at, 188);
            }
            if (at % 3760 == 0) {
                demuxer.feed(new byte[100], 0, 100);
            }
        }
        demuxer.flush();
        assertEquals(demux(data, 188).lines(256), recorder.lines(256));
        assertEquals(demux(data, 188).lines(257), recorder.lines(257));
        assertTrue(demuxer.statistics().duplicates() > 5);
        assertEquals(0, demuxer.statistics().skippedBytes() % 100);
        assertFalse(recorder.frames.isEmpty());
    }
}
