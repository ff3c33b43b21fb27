package io.mediatool.core.mp4;

import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.codec.MediaKind;
import io.mediatool.core.codec.SampleDescription;
import io.mediatool.core.mp4.read.Mp4Interleaver;
import io.mediatool.core.mp4.read.Mp4Reader;
import io.mediatool.core.mp4.read.Mp4TrackReader;
import io.mediatool.core.mp4.write.Mp4Writer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Recordings for tests: what is written to them, and what is read back. */
public final class Recordings {
    public static final long NTP = 0xed52_3c3f_1f9a_dd37L;

    private Recordings() {}

    public static SampleDescription video(int width) {
        return new SampleDescription("avc1", "avcC", new byte[] {1, 66, 0, 30, (byte) width}, width, 360, 0, 0, 0);
    }

    public static SampleDescription audio() {
        return new SampleDescription(
                "Opus", "dOps", new byte[] {0, 2, 1, 56, 0, 0, -69, -128, 0, 0, 0}, 0, 0, 48_000, 2, 16);
    }

    /** A sample as text: everything but the bytes themselves, of which a checksum. */
    public static String line(Mp4Sample sample) {
        return sample.trackId() + " dts " + sample.dts() + " cts " + sample.ctsOffset() + (sample.sync() ? " sync" : "")
                + " entry " + sample.description() + " bytes " + sample.data().length + " sum "
                + Arrays.hashCode(sample.data());
    }

    static byte[] bytes(int seed, int length) {
        byte[] data = new byte[length];
        new Random(seed).nextBytes(data);
        return data;
    }

    /** The scenes of a recording, one a fragment: pictures with B-frames, sound that comes late, a second picture size. */
    public static final class Script {
        public final List<List<String>> fragments = new ArrayList<>();
        private final Mp4Writer writer;
        private int video;
        private int sound;
        private int small;
        private List<String> current = new ArrayList<>();

        public Script(Mp4File file, Mp4Layout layout) {
            writer = Mp4Writer.create(file, layout);
            writer.wallClock(NTP);
        }

        /** Records all scenes but does not finish. */
        public Script record() throws IOException {
            video = writer.addTrack(Mp4TrackSpec.of(MediaKind.VIDEO, 90_000, video640()));
            pictures(0, 0);
            flush();
            pictures(1, 0);
            flush();
            // From the third scene on there is sound, and pictures of another size.
            sound = writer.addTrack(Mp4TrackSpec.of(MediaKind.AUDIO, 48_000, audio()));
            small = writer.addDescription(video, Recordings.video(320));
            sounds(2);
            pictures(2, small);
            flush();
            pictures(3, small);
            sounds(3);
            flush();
            return this;
        }

        private static SampleDescription video640() {
            return Recordings.video(640);
        }

        public Mp4Summary finish() throws IOException {
            return writer.finish();
        }

        /** Lines of all fragments that were flushed. */
        public List<String> all() {
            return fragments.stream().flatMap(List::stream).sorted().toList();
        }

        private void pictures(int scene, int description) throws IOException {
            // Decoded I P B b, shown I B b P: offsets of both signs, as dts starts with pts.
            int[] offsets = {0, 6000, -3000, -3000};
            for (int i = 0; i < 4; i++) {
                long dts = scene * 12_000L + i * 3000L;
                add(video, dts, offsets[i], 0, i == 0, description, bytes(scene * 10 + i, 20 + i));
            }
        }

        private void sounds(int scene) throws IOException {
            for (int i = 0; i < 6; i++) {
                add(sound, scene * 6400L + i * 960L, 0, 960, true, 0, bytes(100 + scene * 10 + i, 10 + i % 3));
            }
        }

        private void add(int track, long dts, int cts, long duration, boolean sync, int description, byte[] data)
                throws IOException {
            Mp4Sample sample = new Mp4Sample(track, dts, cts, duration, sync, description, data);
            writer.add(sample);
            current.add(line(sample));
        }

        private void flush() throws IOException {
            writer.flushFragment(true);
            fragments.add(current);
            current = new ArrayList<>();
        }
    }

    /** All samples of a file as lines, sorted. */
    public static List<String> read(Mp4File file) throws IOException, MalformedException {
        var lines = new ArrayList<String>();
        try (Mp4Reader reader = Mp4Reader.open(file)) {
            Mp4Interleaver samples = reader.interleaved(
                    reader.tracks().stream().map(Mp4Track::id).toList());
            for (Mp4TrackReader at = samples.next(); at != null; at = samples.next()) {
                lines.add(line(at.read()));
            }
        }
        lines.sort(null);
        return lines;
    }
}
