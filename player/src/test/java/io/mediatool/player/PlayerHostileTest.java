package io.mediatool.player;

import static io.mediatool.player.PlayerStage.fixture;
import static io.mediatool.player.PlayerStage.line;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mediatool.core.loop.VirtualEventLoop;
import io.mediatool.core.server.Room;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that are cut off or damaged: played as far as they go, or refused in one line. */
class PlayerHostileTest {
    @TempDir
    Path directory;

    private final VirtualEventLoop loop = new VirtualEventLoop();
    private final Room room = new Room("test", loop);

    @Test
    void everyTruncationIsPlayedOrRefusedInOneLine() throws IOException {
        byte[] whole = Files.readAllBytes(fixture("h264-aac.mp4"));
        for (int length = 0; length < whole.length; length += 61) {
            damaged(Arrays.copyOf(whole, length));
        }
    }

    @Test
    void randomDamageNeverEscapes() throws IOException {
        long seed = 42;
        SplittableRandom random = new SplittableRandom(seed);
        for (String name : List.of("h264-aac.mp4", "h265-opus.mp4", "sowt.mov")) {
            byte[] whole = Files.readAllBytes(fixture(name));
            for (int round = 0; round < 150; round++) {
                byte[] broken = whole.clone();
                for (int i = random.nextInt(1, 20); i > 0; i--) {
                    // Mostly at the end, where the index is.
                    int at = random.nextBoolean()
                            ? whole.length - 1 - random.nextInt(3000)
                            : random.nextInt(whole.length);
                    broken[Math.max(0, at)] = (byte) random.nextInt();
                }
                damaged(broken);
            }
        }
    }

    private void damaged(byte[] bytes) throws IOException {
        Path path = directory.resolve("damaged.mp4");
        Files.write(path, bytes);
        try {
            Player player = Player.open(
                    room,
                    "damaged",
                    PlayerOptions.defaults(List.of(path)).withSpeed(Double.POSITIVE_INFINITY),
                    () -> Instant.EPOCH,
                    new SplittableRandom(1),
                    Runnable::run,
                    Player.SILENT);
            player.start();
            for (int i = 0; i < 50 && !player.done().isDone(); i++) {
                loop.advanceBy(PlayerStage.SECOND);
            }
            assertTrue(player.done().isDone());
            String failure = player.done().join().failure();
            assertTrue(failure == null || !failure.contains("internal"), failure);
        } catch (IOException e) {
            assertTrue(line(e).contains("damaged.mp4"), line(e));
        }
    }
}
