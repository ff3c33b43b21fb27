package io.mediatool.player;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.codec.MediaKind;
import io.mediatool.core.loop.VirtualEventLoop;
import io.mediatool.core.mp4.Mp4File;
import io.mediatool.core.mp4.Mp4Sample;
import io.mediatool.core.mp4.read.Mp4Reader;
import io.mediatool.core.mp4.read.Mp4TrackReader;
import io.mediatool.core.server.IncomingStream;
import io.mediatool.core.server.IncomingStreamTrack;
import io.mediatool.core.server.Room;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;

/** A room in virtual time with one who listens to all that is played into it. */
final class PlayerStage implements Player.Listener {
    static final long SECOND = 1_000_000_000L;

    final VirtualEventLoop loop = new VirtualEventLoop();
    final Room room = new Room("test", loop);
    final Map<MediaKind, Ear> ears = new EnumMap<>(MediaKind.class);
    /** Failures among them. */
    final List<String> warnings = new ArrayList<>();
    /** What is to be read, while the disk is slow. */
    final ArrayDeque<Runnable> disk = new ArrayDeque<>();

    boolean slowDisk;
    boolean ended;

    PlayerStage() {
        room.addListener((where, stream) -> stream.addListener(new IncomingStream.Listener() {
            @Override
            public void onTrack(IncomingStream from, IncomingStreamTrack track) {
                Ear ear = new Ear(track.source());
                ears.put(track.kind(), ear);
                track.source().addListener(ear);
            }
        }));
    }

    static Path fixture(String name) {
        try {
            return Path.of(Objects.requireNonNull(PlayerStage.class.getResource(name), name)
                    .toURI());
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }

    /** What a file holds of one kind. */
    static List<Mp4Sample> samples(Path path, MediaKind kind) throws IOException {
        List<Mp4Sample> samples = new ArrayList<>();
        try (Mp4Reader reader = Mp4Reader.open(Mp4File.open(path))) {
            var track = reader.tracks().stream()
                    .filter(each -> each.kind() == kind)
                    .findFirst()
                    .orElseThrow();
            Mp4TrackReader cursor = reader.track(track.id());
            while (cursor.next()) {
                samples.add(cursor.read());
            }
        } catch (MalformedException e) {
            throw new AssertionError(e);
        }
        return samples;
    }

    /** What was said, which must be one line. */
    static String line(Exception refused) {
        String message = String.valueOf(refused.getMessage());
        assertFalse(message.contains("\n"), message);
        return message;
    }

    Player open(PlayerOptions options) throws IOException {
        return Player.open(room, "s", options, () -> Instant.EPOCH, new SplittableRandom(1), this::read, this);
    }

    private void read(Runnable task) {
        if (slowDisk) {
            disk.add(task);
        } else {
            task.run();
        }
    }

    /** Opens it and plays its first frames. */
    Player start(PlayerOptions options) throws IOException {
        Player player = open(options);
        player.start();
        loop.advanceBy(0);
        return player;
    }

    /** Plays all of it. */
    PlayerSummary play(PlayerOptions options) throws IOException {
        Player player = start(options);
        loop.advanceTo(100 * SECOND);
        assertTrue(ended);
        return player.done().join();
    }

    Ear ear(MediaKind kind) {
        return Objects.requireNonNull(ears.get(kind));
    }

    @Override
    public void onWarning(String line) {
        warnings.add(line);
    }

    @Override
    public void onFailed(IOException cause) {
        warnings.add("FAILED " + cause.getMessage());
    }

    @Override
    public void onEnded() {
        ended = true;
    }
}
