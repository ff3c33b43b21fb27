package io.mediatool.cli.library;

import io.mediatool.core.loop.EventLoop;
import io.mediatool.core.loop.EventLoops;
import io.mediatool.core.server.Room;
import io.mediatool.player.Player;
import io.mediatool.player.PlayerOptions;
import io.mediatool.recorder.Recorder;
import io.mediatool.recorder.RecorderOptions;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Executors;

public final class Copy {
    public static void main(String... args) throws Exception {
        var clock = InstantSource.system();
        var files = Executors.newSingleThreadExecutor();
        try (EventLoop loop = EventLoops.open("media", Throwable::printStackTrace)) {
            Room room = new Room("demo", loop);
            var made = RecorderOptions.defaults(Path.of(args[1]));
            var recorder = Recorder.start(loop, made, clock, files, new Recorder.Listener() {});
            loop.execute(() -> room.addListener((published, stream) -> recorder.add(stream)));

            var played = PlayerOptions.defaults(List.of(Path.of(args[0])));
            var player = Player.open(room, "clip", played, clock, new SecureRandom(), files, new Player.Listener() {});
            player.start();
            player.done().join();
            System.out.println(recorder.stop().join().files());
        } finally {
            files.shutdown();
        }
    }
}
