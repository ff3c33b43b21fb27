package io.mediatool.cli.library;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mediatool.cli.Samples;
import io.mediatool.cli.street.Street;
import io.mediatool.core.codec.RtpFormat;
import io.mediatool.core.loop.EventLoop;
import io.mediatool.core.loop.EventLoops;
import io.mediatool.core.server.Room;
import io.mediatool.ingest.forward.ForwardTarget;
import io.mediatool.ingest.forward.RtpForwarder;
import io.mediatool.ingest.source.IngestOptions;
import io.mediatool.ingest.source.RtpIngest;
import io.mediatool.ingest.source.SourceSpec;
import io.mediatool.player.Player;
import io.mediatool.player.PlayerOptions;
import io.mediatool.player.PlayerTrackInfo;
import io.mediatool.recorder.Recorder;
import io.mediatool.recorder.RecorderOptions;
import io.mediatool.recorder.RecordingSummary;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** mediatool as a library: One loop is the thread of a room and of all that is in it. */
final class LibraryTest {
    private static final InstantSource CLOCK = InstantSource.system();
    private static final RandomGenerator RANDOM = new SecureRandom();

    private final Path clip =
            Path.of(System.getProperty("mediatool.home", "..")).resolve("scripts/start/clip.mp4");
    private final List<String> troubles = Collections.synchronizedList(new ArrayList<>());
    private final CountDownLatch pushEnded = new CountDownLatch(1);
    private final EventLoop loop = EventLoops.open("media", bug -> troubles.add(bug.toString()));
    // One task at a time for each of them.
    private final ExecutorService playerFiles = Executors.newSingleThreadExecutor();
    private final ExecutorService recorderFiles = Executors.newSingleThreadExecutor();

    @TempDir
    Path folder;

    @AfterEach
    void close() {
        loop.close();
        playerFiles.shutdown();
        recorderFiles.shutdown();
    }

    @Test
    void aFileIsPlayedIntoARoomAndRecordedThere() throws Exception {
        Room room = new Room("demo", loop);
        Recorder recorder = record(room, folder.resolve("copy.mp4"));
        Player player = play(clip, room);
        player.start();
        player.done().get(20, TimeUnit.SECONDS);
        RecordingSummary summary = recorder.stop().get(20, TimeUnit.SECONDS);
        assertEquals(Samples.of(clip), Samples.of(summary.files().get(0)));
        assertEquals(List.of(), troubles);
    }

    @Test
    void aRoomIsForwardedAsRtpAndComesInElsewhere() throws Exception {
        Room here = new Room("here", loop);
        Room there = new Room("there", loop);
        Player player = play(clip, here);
        List<RtpFormat> formats =
                player.tracks().stream().map(PlayerTrackInfo::format).toList();
        String to = "rtp://127.0.0.1:" + Street.freePorts(2);
        try (RtpForwarder forwarder = RtpForwarder.open(loop, ForwardTarget.parse(to), CLOCK, RANDOM, troubles::add)) {
            Path sdp = Files.writeString(folder.resolve("demo.sdp"), forwarder.sdp("demo", formats));
            Recorder recorder = record(there, folder.resolve("far.mp4"));
            RtpIngest ingest = ingest(sdp, there);
            loop.execute(() -> here.addListener((room, stream) -> forwarder.attach(stream)));
            player.start();
            player.done().get(20, TimeUnit.SECONDS);
            pushEnded.await(20, TimeUnit.SECONDS); // BYE has come
            RecordingSummary summary = recorder.stop().get(20, TimeUnit.SECONDS);
            ingest.close();
            assertEquals(Samples.of(clip), Samples.of(summary.files().get(0)));
            assertEquals(List.of(), troubles);
        }
    }

    private Player play(Path file, Room room) throws Exception {
        return Player.open(
                room, "clip", PlayerOptions.defaults(List.of(file)), CLOCK, RANDOM, playerFiles, new Player.Listener() {
                    @Override
                    public void onWarning(String line) {
                        troubles.add(line);
                    }

                    @Override
                    public void onFailed(IOException cause) {
                        troubles.add(cause.toString());
                    }
                });
    }

    /** Records every stream of the room. */
    private Recorder record(Room room, Path file) throws Exception {
        Recorder recorder =
                Recorder.start(loop, RecorderOptions.defaults(file), CLOCK, recorderFiles, new Recorder.Listener() {
                    @Override
                    public void onWarning(String line) {
                        troubles.add(line);
                    }

                    @Override
                    public void onFailed(IOException cause) {
                        troubles.add(cause.toString());
                    }
                });
        loop.execute(() -> room.addListener((published, stream) -> recorder.add(stream)));
        return recorder;
    }

    /** Listens as a session description says. */
    private RtpIngest ingest(Path sdp, Room room) throws Exception {
        SourceSpec source = SourceSpec.parse(sdp.toString(), InputStream.nullInputStream());
        return RtpIngest.open(
                room, "push", List.of(source), IngestOptions.defaults(), CLOCK, RANDOM, new RtpIngest.Listener() {
                    @Override
                    public void onLine(String line) {
                        troubles.add(line);
                    }

                    @Override
                    public void onEnded() {
                        pushEnded.countDown();
                    }
                });
    }
}
