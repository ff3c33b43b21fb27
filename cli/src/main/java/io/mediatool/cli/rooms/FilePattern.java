package io.mediatool.cli.rooms;

import java.nio.file.Path;
import java.util.Locale;

/**
 * How recordings are called: {@code {room}}, {@code {stream}} and {@code {time}} (UTC, of the first frame) are filled in.
 *
 * @param text relative to a media directory; where it names {@code {stream}} each stream has files of its own, else all go into one
 */
public record FilePattern(String text) {
    /** A directory for each room, files for each stream. */
    public static final FilePattern USUAL = new FilePattern("{room}/{stream}-{time}.mp4");
    /** Files for each stream. */
    public static final FilePattern FLAT = new FilePattern("{stream}-{time}.mp4");

    private static final String TIME = "%Y%m%d-%H%M%S";

    public FilePattern {
        text = text.toLowerCase(Locale.ROOT).endsWith(".mp4") ? text : text + ".mp4";
    }

    boolean isForEachStream() {
        return text.contains("{stream}");
    }

    /** The pattern for a recorder, which fills in times and numbers; refused with 400. */
    Path fill(MediaDirectory directory, String room, String stream) throws RefusedWorkException {
        String filled = text.replace("{room}", room).replace("{stream}", stream);
        int slash = filled.lastIndexOf('/');
        if (filled.substring(0, slash + 1).matches(".*(%|\\{time}).*")) {
            throw new RefusedWorkException(400, "times and numbers stand in a file's name, not in its directory's");
        }
        String named =
                filled.substring(0, slash + 1) + filled.substring(slash + 1).replace("{time}", TIME);
        if (named.matches(".*[{}].*")) {
            throw new RefusedWorkException(400, "a file's name is made of {room}, {stream} and {time}");
        }
        return directory.place(named);
    }
}
