package io.mediatool.core.signalling.session;

import static io.mediatool.core.signalling.session.SfuStage.MS;
import static io.mediatool.core.signalling.session.SfuStage.S;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.codec.MediaKind;
import io.mediatool.core.loop.FakeNetwork.Link;
import io.mediatool.core.mp4.Mp4File;
import io.mediatool.core.mp4.Mp4Sample;
import io.mediatool.core.mp4.Mp4Track;
import io.mediatool.core.mp4.read.Mp4Reader;
import io.mediatool.core.mp4.read.Mp4TrackReader;
import io.mediatool.core.server.Room;
import io.mediatool.core.signalling.session.SfuClient.Sends;
import io.mediatool.recorder.Recorder;
import io.mediatool.recorder.RecorderOptions;
import io.mediatool.recorder.RecordingSummary;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a client publishes, recorded as {@code serve} does it; among the core's test peers, which are its package's own. */
final class RecordedSessionTest implements Recorder.Listener {
    private static final Link LOSSY =
            Link.PERFECT.withDelay(25 * MS, 5 * MS).withLoss(0.05).withReordering(0.02, 8 * MS);

    @TempDir
    Path directory;

    private final List<String> warnings = new ArrayList<>();
    private final List<IOException> failures = new ArrayList<>();

    private record Picture(int number, char rid, boolean key, long millis) {}

    private Recorder record(SfuStage stage) {
        RecorderOptions options =
                RecorderOptions.defaults(directory.resolve("r.mp4")).withReorder(Duration.ofMillis(1_200));
        Recorder recorder =
                Recorder.start(stage.loop, options, stage.server.clock(), Runnable::run, this, Mp4File::create);
        Room room = stage.server.find("room");
        assertNotNull(room);
        room.addListener((of, stream) -> recorder.add(stream));
        return recorder;
    }

    private RecordingSummary stop(SfuStage stage, Recorder recorder) {
        var done = recorder.stop();
        stage.run(0);
        RecordingSummary summary = done.join();
        assertEquals(List.of(), failures);
        assertEquals(List.of(), stage.bugs);
        return summary;
    }

    private List<Mp4Sample> samples(MediaKind kind, List<Long> millis) throws IOException, MalformedException {
        var samples = new ArrayList<Mp4Sample>();
        try (Mp4Reader reader = Mp4Reader.open(Mp4File.open(directory.resolve("r.mp4")))) {
            for (Mp4Track track : reader.tracks()) {
                Mp4TrackReader cursor = reader.track(track.id());
                while (track.kind() == kind && cursor.next()) {
                    samples.add(cursor.read());
                    millis.add(Math.round(track.toNs(cursor.pts()) / 1e6));
                }
            }
        }
        return samples;
    }

    private List<Picture> pictures() throws IOException, MalformedException {
        var millis = new ArrayList<Long>();
        var pictures = new ArrayList<Picture>();
        for (Mp4Sample sample : samples(MediaKind.VIDEO, millis)) {
            ByteBuffer data = ByteBuffer.wrap(sample.data());
            int number = data.getInt(10);
            pictures.add(new Picture(number, (char) data.get(14), sample.sync(), millis.get(pictures.size())));
        }
        return pictures;
    }

    @Test
    void everyPictureComesThroughLosses() throws IOException, MalformedException {
        SfuStage stage = new SfuStage(21, LOSSY);
        SfuClient publisher = stage.publish("cam", Sends.USUAL);
        publisher.video(0).width = 320;
        stage.run(2 * S);
        publisher.send();
        stage.run(4 * S);
        Recorder recorder = record(stage);
        stage.run(30 * S);
        publisher.stop();
        stage.run(3 * S);
        stop(stage, recorder);
        List<Picture> pictures = pictures();
        assertTrue(pictures.get(0).key(), "begins with a key frame");
        assertTrue(pictures.size() > 880, "seed 21: " + pictures.size());
        assertEquals(
                publisher.video(0).frames - 1, pictures.get(pictures.size() - 1).number(), "seed 21: to the last");
        for (int i = 1; i < pictures.size(); i++) {
            Picture before = pictures.get(i - 1);
            Picture picture = pictures.get(i);
            assertEquals(before.number() + 1, picture.number(), "seed 21");
            assertEquals(33.3, picture.millis() - before.millis(), 1.5, "seed 21, picture " + i);
        }
        assertTrue(publisher.nacks > 20, "" + publisher.nacks);
        List<Long> soundMillis = new ArrayList<>();
        List<Mp4Sample> sound = samples(MediaKind.AUDIO, soundMillis);
        // Sound has no retransmissions; a twentieth is lost.
        assertTrue(sound.size() > 1_300, "" + sound.size());
        // Sound and picture by the publisher's clock: number and time go together in both.
        double pictureZero = pictures.get(100).millis() - pictures.get(100).number() * 100 / 3.0;
        int heard = ByteBuffer.wrap(sound.get(200).data()).getInt(7);
        double soundZero = soundMillis.get(200) - heard * 20.0;
        double apart = publisher.video(0).capture(0) - publisher.layers.get(0).capture(0);
        assertEquals(apart * 1e3, pictureZero - soundZero, 10, "in step");
    }

    @Test
    void whatIsMissingForGoodHasAKeyFrameAskedFor() throws IOException, MalformedException {
        SfuStage stage = new SfuStage(22, Link.PERFECT.withDelay(10 * MS, 0));
        SfuClient publisher = stage.publish("cam", Sends.USUAL);
        publisher.video(0).width = 320;
        stage.run(S);
        publisher.send();
        stage.run(S);
        Recorder recorder = record(stage);
        stage.run(5 * S);
        int asked = publisher.plis;
        InetSocketAddress server = stage.endpoint.candidates().get(0).address();
        assertNotNull(server);
        stage.network.link(server, Link.PERFECT.withLoss(1));
        publisher.video(0).forget();
        stage.run(300 * MS);
        publisher.video(0).forget();
        stage.network.link(server, Link.PERFECT.withDelay(10 * MS, 0));
        stage.run(6 * S);
        assertTrue(publisher.plis > asked, "a key frame was asked for");
        stop(stage, recorder);
        List<Picture> pictures = pictures();
        int gap = 0;
        for (int i = 1; i < pictures.size(); i++) {
            gap = pictures.get(i).number() != pictures.get(i - 1).number() + 1 ? i : gap;
        }
        assertTrue(gap > 0, "something was lost for good");
        Picture after = pictures.get(gap);
        Picture mended = pictures.stream()
                .filter(each -> each.key() && each.number() >= after.number())
                .findFirst()
                .orElseThrow();
        assertTrue(mended.number() - after.number() < 60, mended + " after " + after);
    }

    @Test
    void simulcastIsFollowedAtItsBest() throws IOException, MalformedException {
        SfuStage stage = new SfuStage(23, Link.PERFECT.withDelay(10 * MS, 0));
        SfuClient publisher = stage.publish("cam", Sends.SIMULCAST);
        for (int i = 0; i < 3; i++) {
            publisher.video(i).bytes = 100 + 400 * i;
            publisher.video(i).width = 160 << i;
        }
        stage.run(S);
        publisher.send();
        stage.run(3 * S);
        Recorder recorder = record(stage);
        stage.run(5 * S);
        publisher.video(2).paused = true;
        stage.run(5 * S);
        publisher.video(2).paused = false;
        stage.run(6 * S);
        publisher.stop();
        stage.run(2 * S);
        RecordingSummary summary = stop(stage, recorder);
        List<Picture> pictures = pictures();
        var seen = new StringBuilder();
        for (int i = 0; i < pictures.size(); i++) {
            Picture picture = pictures.get(i);
            boolean switched = i == 0 || pictures.get(i - 1).rid() != picture.rid();
            if (switched) {
                seen.append(picture.rid());
                assertTrue(picture.key(), "switches at key frames: " + picture);
            } else {
                assertEquals(pictures.get(i - 1).number() + 1, picture.number());
            }
            // A layer that stops is missed for a moment.
            long step = i == 0 ? 33 : picture.millis() - pictures.get(i - 1).millis();
            assertTrue(switched ? step >= 0 && step < 700 : step >= 32 && step <= 35, step + " ms before " + picture);
        }
        assertEquals("fhf", seen.toString());
        assertEquals(16.0, summary.durationNs() / 1e9, 0.5);
    }

    @Override
    public void onWarning(String line) {
        warnings.add(line);
    }

    @Override
    public void onFailed(IOException cause) {
        failures.add(cause);
    }
}
