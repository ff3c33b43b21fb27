package io.mediatool.core.audio.transcode;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mediatool.core.audio.AudioDecoder;
import io.mediatool.core.audio.Sines;
import io.mediatool.core.audio.Sound;
import io.mediatool.core.audio.aac.AacSines;
import io.mediatool.core.audio.catalog.AudioCatalog;
import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.codec.Codec;
import io.mediatool.core.codec.DecoderConfig;
import io.mediatool.core.codec.MediaFrame;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class TranscoderTest {
    private static final DecoderConfig L16 = DecoderConfig.audio(Codec.L16, new byte[0], 16_000, 1);

    private static final class Sink implements Transcoder.Output {
        final List<byte[]> frames = new ArrayList<>();
        final List<Long> times = new ArrayList<>();
        int restarts;

        @Override
        public void onFrame(byte[] data, long timestamp) {
            frames.add(data);
            times.add(timestamp);
        }

        @Override
        public void onRestart() {
            restarts++;
        }
    }

    /** AAC of 44.1 kHz is heard as Opus at its time, in its sides. */
    @Test
    void aacIsHeardAsOpusWhenItWasToBeHeard() throws MalformedException {
        AacSines sines = AacSines.stereo();
        Transcoder transcoder = new Transcoder(Codec.OPUS, 44_100, 48_000);
        Sink sink = new Sink();
        for (int i = 0; i < 3 * sines.frames().size(); i++) {
            byte[] frame = sines.frames().get(i % sines.frames().size());
            transcoder.onFrame(
                    new MediaFrame(frame, 44_100 + 1_024L * i, 1_024, true, sines.config(), false), false, sink);
        }
        transcoder.flush(sink);
        assertEquals(48_000 - 312, sink.times.get(0));
        for (int i = 1; i < sink.times.size(); i++) {
            assertEquals(960, sink.times.get(i) - sink.times.get(i - 1));
        }
        AudioDecoder opus = AudioCatalog.decoder(DecoderConfig.audio(Codec.OPUS, new byte[0], 48_000, 2));
        float[][] heard = new float[2][sink.frames.size() * 960];
        for (int i = 0; i < sink.frames.size(); i++) {
            Sound sound = opus.decode(sink.frames.get(i));
            System.arraycopy(sound.planes()[0], 0, heard[0], i * 960, 960);
            System.arraycopy(sound.planes()[1], 0, heard[1], i * 960, 960);
        }
        // The first of the three; FFmpeg's encoder is late by 1024 samples, which its container would tell.
        int late = 312 + 1_024 * 480 / 441;
        float[] left = Arrays.copyOfRange(heard[0], late + 9_600, late + 28_800);
        float[] right = Arrays.copyOfRange(heard[1], late + 9_600, late + 28_800);
        assertTrue(Sines.snr(left, 440, 48_000) > 25, "left " + Sines.snr(left, 440, 48_000));
        assertTrue(Sines.snr(right, 1_000, 48_000) > 25, "right " + Sines.snr(right, 1_000, 48_000));
        assertEquals(0, Sines.delay(left, 440, 48_000), 1e-4);
    }

    /** An hour of pushes with losses, a pause and a clock of 90 kHz that is rounded: each mark is where its timestamp was. */
    @Test
    void anHourStaysOnItsClock() throws MalformedException {
        Random random = new Random(11);
        Transcoder transcoder = new Transcoder(Codec.PCMU, 90_000, 8_000);
        Sink sink = new Sink();
        List<Long> marks = new ArrayList<>();
        boolean lost = false;
        for (long i = 0; i < 180_000; i++) {
            boolean paused = i > 90_000 && i < 90_500;
            if (paused || random.nextInt(200) == 0) {
                lost = true;
                continue;
            }
            boolean mark = i % 1_000 == 500 && !lost;
            transcoder.onFrame(frame(i * 1_800 + random.nextInt(2), mark), lost, sink);
            if (mark) {
                marks.add(i * 160);
            }
            lost = false;
        }
        transcoder.flush(sink);
        List<Long> heard = marks(sink);
        assertEquals(marks.size(), heard.size());
        for (int i = 0; i < marks.size(); i++) {
            assertEquals(marks.get(i), heard.get(i), 8, "mark " + i + " within a millisecond");
        }
        long last = sink.times.get(sink.times.size() - 1);
        assertEquals(180_000 * 160, last, 2 * 160);
        assertEquals(0, sink.restarts);
    }

    /** A sampling clock that is 300 millionths fast is bent to its timestamps, without a gap. */
    @Test
    void aFastClockIsBentToItsTimestamps() throws MalformedException {
        Transcoder transcoder = new Transcoder(Codec.PCMU, 90_000, 8_000);
        Sink sink = new Sink();
        for (long i = 0; i < 30_000; i++) {
            transcoder.onFrame(frame(Math.round(i * 1_800 / 1.0003), i == 29_900), false, sink);
        }
        assertEquals(0, transcoder.silentMs());
        List<Long> heard = marks(sink);
        assertEquals(1, heard.size());
        assertEquals(29_900 * 160 / 1.0003, heard.get(0), 8 * 5, "within five milliseconds after ten minutes");
    }

    @Test
    void aSourceThatBeginsAnewBeginsAnew() {
        Transcoder transcoder = new Transcoder(Codec.PCMU, 16_000, 8_000);
        Sink sink = new Sink();
        for (int i = 0; i < 10; i++) {
            transcoder.onFrame(frame(1_000_000 + i * 320L, false), false, sink);
        }
        transcoder.onFrame(frame(5_000, false), false, sink);
        transcoder.flush(sink);
        assertEquals(1, sink.restarts);
        assertEquals(2_500, sink.times.get(sink.times.size() - 1));
    }

    @Test
    void whatCannotBeDecodedIsCountedAndItsTimePasses() {
        AacSines sines = AacSines.stereo();
        Transcoder transcoder = new Transcoder(Codec.OPUS, 44_100, 48_000);
        Sink sink = new Sink();
        for (int i = 0; i < 30; i++) {
            byte[] frame = sines.frames().get(i % 30).clone();
            if (i == 12 || i == 13) {
                frame = Arrays.copyOf(frame, 3);
            }
            transcoder.onFrame(new MediaFrame(frame, 1_024L * i, 1_024, true, sines.config(), false), false, sink);
        }
        transcoder.onFrame(new MediaFrame(new byte[] {1}, 0, 0, true, null, false), false, sink);
        transcoder.flush(sink);
        assertEquals(3, transcoder.broken());
        assertEquals(2 * 1_024 / 44.1, transcoder.silentMs(), 0.05);
        for (int i = 1; i < sink.times.size(); i++) {
            assertEquals(960, sink.times.get(i) - sink.times.get(i - 1));
        }
    }

    private static MediaFrame frame(long timestamp, boolean mark) {
        byte[] data = new byte[640];
        for (int i = 0; mark && i < 32; i++) {
            data[2 * i] = 0x40;
        }
        return new MediaFrame(data, timestamp, 320, true, L16, false);
    }

    /** Where it becomes loud. */
    private static List<Long> marks(Sink sink) throws MalformedException {
        AudioDecoder decoder = AudioCatalog.decoder(DecoderConfig.audio(Codec.PCMU, new byte[0], 8_000, 1));
        List<Long> marks = new ArrayList<>();
        for (int frame = 0; frame < sink.frames.size(); frame++) {
            float[] plane = decoder.decode(sink.frames.get(frame)).planes()[0];
            for (int i = 0; i < plane.length; i++) {
                long at = sink.times.get(frame) + i;
                if (plane[i] > 0.2 && (marks.isEmpty() || at - marks.get(marks.size() - 1) > 400)) {
                    marks.add(at);
                }
            }
        }
        return marks;
    }
}
