package io.mediatool.recorder;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mediatool.core.codec.Codec;
import io.mediatool.core.codec.RtpFormat;
import io.mediatool.core.mp4.Mp4File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Disks that are full or slow, files that are there already, senders that change their codec. */
final class TroubleTest {
    private static final RtpFormat VP8 = RtpFormat.of(Codec.VP8, 96);
    private static final long MS = 1_000_000L;

    @TempDir
    Path directory;

    private static void run(Stage stage, Sender sender, long fromMs, long toMs) {
        long startNs = stage.loop.nowNs() - fromMs * MS;
        long rate = sender.format.clockRate() / 1000;
        for (long ms = fromMs; ms < toMs; ms += 20) {
            stage.loop.advanceTo(startNs + ms * MS);
            sender.frame(ms * rate, ms % 1000 == 0 || sender.format.codec() != Codec.VP8);
        }
        stage.loop.advanceTo(startNs + toMs * MS);
    }

    private RecorderOptions options() {
        return RecorderOptions.defaults(directory.resolve("out.mp4"));
    }

    @Test
    void aFullDiskKeepsWhatWasWritten() throws Exception {
        Stage stage = new Stage(
                options(), (path, over) -> new FullDisk(Mp4File.create(path, over), 80_000), Runnable::run, 1 << 20);
        Sender video = stage.sender(VP8);
        video.payloadBytes = 200;
        run(stage, video, 0, 20_000);
        RecordingSummary summary = stage.stop();
        assertEquals("No space left on device", summary.failure());
        assertEquals(1, stage.failures.size());
        var samples = Stage.samples(stage.file, 0);
        assertTrue(samples.size() > 100 && samples.size() < 1000, "kept " + samples.size());
        TrackSummary track = summary.tracks().get(0);
        assertEquals(samples.size(), track.frames(), "the summary counts what is in the file");
        assertEquals(Files.size(stage.file), summary.bytes());
        assertEquals(samples.size() * 20L * MS, summary.durationNs());
        assertTrue(track.droppedFrames() > 0);
        for (int i = 0; i < samples.size(); i++) {
            assertEquals(i, video.numberOf(samples.get(i).data()));
        }
    }

    @Test
    void aDiskThatIsFullAtTheLastFragmentIsAFailure() throws Exception {
        Stage stage = new Stage(
                options(), (path, over) -> new FullDisk(Mp4File.create(path, over), 80_000), Runnable::run, 1 << 20);
        Sender video = stage.sender(VP8);
        video.payloadBytes = 200;
        run(stage, video, 0, 700);
        video.payloadBytes = 1200;
        for (int i = 0; i < 100; i++) {
            video.frame(700 * 90 + i * 9, false);
        }
        RecordingSummary summary = stage.stop();
        assertEquals("No space left on device", summary.failure());
        assertEquals(1, stage.failures.size());
        assertEquals(
                Stage.samples(stage.file, 0).size(), summary.tracks().get(0).frames());
    }

    @Test
    void aSlowDiskLosesWholeGroupsOfPicturesAndIsNamed() throws Exception {
        Deque<Runnable> disk = new ArrayDeque<>();
        Stage stage = new Stage(options(), Mp4File::create, disk::add, 30_000);
        Sender video = stage.sender(VP8);
        video.payloadBytes = 1000;
        run(stage, video, 0, 3000);
        assertEquals(1, stage.warnings.size(), stage.warnings.toString());
        assertTrue(stage.warnings.get(0).contains("disk is too slow"), stage.warnings.get(0));
        while (!disk.isEmpty()) {
            disk.poll().run();
        }
        run(stage, video, 3000, 3200);
        var done = stage.recorder.stop();
        stage.loop.advanceTo(stage.loop.nowNs());
        while (!disk.isEmpty()) {
            disk.poll().run();
        }
        RecordingSummary summary = done.join();
        assertNull(summary.failure());
        var samples = Stage.samples(stage.file, 0);
        long dropped = summary.tracks().get(0).droppedFrames();
        assertTrue(dropped > 0);
        assertEquals(160, samples.size() + dropped);
        for (int i = 1; i < samples.size(); i++) {
            int before = video.numberOf(samples.get(i - 1).data());
            int number = video.numberOf(samples.get(i).data());
            assertTrue(number == before + 1 || samples.get(i).sync(), "frame " + number + " after " + before);
            assertEquals((long) number * 20 * 90, samples.get(i).dts());
        }
    }

    @Test
    void aFileThatIsThereIsRefused() throws Exception {
        Files.writeString(directory.resolve("out.mp4"), "mine");
        IOException refused = assertThrows(IOException.class, () -> new Stage(options()));
        assertTrue(String.valueOf(refused.getMessage()).contains("there already"), refused.getMessage());
        assertNotNull(new Stage(options().withOverwrite(true)));
        IOException missing = assertThrows(
                IOException.class, () -> new Stage(RecorderOptions.defaults(directory.resolve("no/out.mp4"))));
        assertTrue(String.valueOf(missing.getMessage()).contains("no directory"), missing.getMessage());
    }

    @Test
    void nothingThatComesMakesNoFile() throws Exception {
        Stage stage = new Stage(options());
        Sender video = stage.sender(VP8);
        stage.loop.advanceTo(stage.loop.nowNs() + 5000 * MS);
        RecordingSummary summary = stage.stop();
        assertEquals(0, summary.files().size());
        assertEquals(0, summary.tracks().size());
        assertNull(summary.firstFrameAt());
        assertEquals(0, video.number);
        assertTrue(Files.notExists(stage.file));
    }

    @Test
    void anotherCodecIsAnotherTrack() throws Exception {
        RtpFormat opus = RtpFormat.of(Codec.OPUS, 111);
        RtpFormat pcmu = RtpFormat.of(Codec.PCMU, 0);
        Stage stage = new Stage(options());
        Sender audio = stage.sender(opus, pcmu);
        run(stage, audio, 0, 2000);
        audio.format = pcmu;
        audio.payloadBytes = 159;
        run(stage, audio, 2000, 4000);
        audio.bye();
        assertEquals(1, stage.ends);
        RecordingSummary summary = stage.stop();
        assertEquals(2, summary.tracks().size());
        assertEquals("audio0-pcmu", summary.tracks().get(1).id());
        assertEquals(100, Stage.samples(stage.file, 0).size());
        assertEquals(2000, Stage.millis(stage.file, 1).get(0));
        assertEquals(4000 * MS, summary.durationNs());
    }

    /** A disk with room for so many bytes. */
    private record FullDisk(Mp4File file, long room) implements Mp4File {
        @Override
        public long size() throws IOException {
            return file.size();
        }

        @Override
        public int read(long position, byte[] target, int offset, int length) throws IOException {
            return file.read(position, target, offset, length);
        }

        @Override
        public void write(long position, ByteBuffer... sources) throws IOException {
            long size = 0;
            for (ByteBuffer source : sources) {
                size += source.remaining();
            }
            if (position + size > room) {
                throw new IOException("No space left on device");
            }
            file.write(position, sources);
        }

        @Override
        public void truncate(long size) throws IOException {
            file.truncate(size);
        }

        @Override
        public void force() throws IOException {
            file.force();
        }

        @Override
        public Mp4File beside() throws IOException {
            return file.beside();
        }

        @Override
        public void becomes(Mp4File replacement) throws IOException {
            file.becomes(replacement);
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }
}
