package io.mediatool.cli.remote;

import io.mediatool.cli.terminal.CommandException;
import io.mediatool.cli.terminal.ExitCode;
import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.codec.MediaKind;
import io.mediatool.core.mp4.Mp4File;
import io.mediatool.core.mp4.Mp4Track;
import io.mediatool.core.mp4.read.Mp4Reader;
import io.mediatool.core.mp4.read.Mp4TrackReader;
import io.mediatool.player.PlayerOptions;
import java.io.IOException;
import java.nio.file.Path;

/** Whether files can be shown by browsers as they are: they show pictures in the order in which they come. */
public final class BrowserFiles {
    /** Encoders that use B-frames do so from the first second on. */
    private static final int LOOKED_AT = 500;

    private BrowserFiles() {}

    /** Refuses files with B-frames, naming the way out. What cannot be read is the player's to complain of. */
    public static void check(PlayerOptions options) throws CommandException {
        if (!options.video()) {
            return;
        }
        for (Path file : options.files()) {
            boolean reordered;
            try (Mp4Reader reader = Mp4Reader.open(Mp4File.open(file))) {
                reordered = isReordered(reader);
            } catch (IOException | MalformedException e) {
                continue;
            }
            if (reordered) {
                throw new CommandException(
                        ExitCode.USAGE,
                        file + " has B-frames, which WebRTC does not play; make a file without: ffmpeg -i " + file
                                + " -c:v libx264 -bf 0 -c:a libopus out.mp4");
            }
        }
    }

    private static boolean isReordered(Mp4Reader reader) throws IOException, MalformedException {
        for (Mp4Track track : reader.tracks()) {
            if (track.kind() != MediaKind.VIDEO) {
                continue;
            }
            Mp4TrackReader samples = reader.track(track.id());
            long latest = Long.MIN_VALUE;
            for (int i = 0; i < LOOKED_AT && samples.next(); i++) {
                if (samples.pts() < latest) {
                    return true;
                }
                latest = samples.pts();
            }
        }
        return false;
    }
}
