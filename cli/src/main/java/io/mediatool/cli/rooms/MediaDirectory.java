package io.mediatool.cli.rooms;

import io.mediatool.cli.terminal.FileErrors;
import io.mediatool.core.mp4.Mp4File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.regex.Pattern;

/** A directory that names from outside lead into, and not out of. Any thread but a loop's: it looks at the disk. */
public final class MediaDirectory {
    private static final int MAX_LENGTH = 400;
    private static final int MAX_DEPTH = 8;
    /** Nothing hidden, nothing that a file system or a shell takes for more than a name. */
    private static final Pattern STEP = Pattern.compile("[^./\\\\:*?\"<>|\\p{Cntrl}][^/\\\\:*?\"<>|\\p{Cntrl}]{0,119}");

    private final Path root;

    private MediaDirectory(Path root) {
        this.root = root;
    }

    /** Opens {@code path}, which is made when it is not there. */
    public static MediaDirectory open(Path path) throws IOException {
        try {
            Files.createDirectories(path);
            return new MediaDirectory(path.toRealPath());
        } catch (IOException e) {
            throw new IOException(path + ": is no directory that can be used: " + FileErrors.reason(e), e);
        }
    }

    /** Without symbolic links. */
    public Path root() {
        return root;
    }

    /** Where a name of outside leads by its form; refused with 400 when that is out of the directory, or hidden. */
    public Path place(String name) throws RefusedWorkException {
        String[] steps = name.split("/", -1);
        boolean good = name.length() <= MAX_LENGTH && steps.length <= MAX_DEPTH;
        for (String step : steps) {
            good &= STEP.matcher(step).matches() && !step.endsWith(" ");
        }
        if (!good) {
            throw refused(name);
        }
        try {
            return root.resolve(name);
        } catch (InvalidPathException e) {
            throw refused(name);
        }
    }

    private static RefusedWorkException refused(String name) {
        String shown = name.length() <= 60 ? name : name.substring(0, 60) + "…";
        return new RefusedWorkException(
                400,
                "'" + shown + "' is no file name here: relative to the media directory, without '..' or hidden parts");
    }

    /** The file of that name; refused with 400 or 404. */
    public Path existing(String name) throws RefusedWorkException {
        Path place = place(name);
        try {
            Path real = place.toRealPath();
            if (real.startsWith(root) && Files.isRegularFile(real)) {
                return real;
            }
        } catch (IOException e) {
            // it is not there
        }
        throw new RefusedWorkException(404, "there is no file '" + name + "' in the media directory");
    }

    /** Refuses with 400 a file whose directory leads out by a symbolic link. */
    void checkInside(Path path) throws RefusedWorkException {
        Path parent = path.getParent();
        try {
            requireInside(parent == null ? root : parent);
        } catch (IOException e) {
            throw new RefusedWorkException(400, String.valueOf(e.getMessage()));
        }
    }

    /** Makes a file, and the directories that lead to it; for {@link io.mediatool.recorder.file.FileOpener}. */
    Mp4File create(Path path, boolean overwrite) throws IOException {
        Path parent = path.getParent();
        if (parent == null || !path.startsWith(root)) {
            throw new IOException(path + ": is not in the media directory");
        }
        requireInside(parent);
        Files.createDirectories(parent);
        requireInside(parent);
        return Mp4File.create(path, overwrite);
    }

    /** A symbolic link on the way may lead out. */
    private void requireInside(Path directory) throws IOException {
        Path there = directory;
        while (!Files.exists(there)) {
            Path above = there.getParent();
            if (above == null || there.equals(root)) {
                return; // all of it is made anew
            }
            there = above;
        }
        if (!there.toRealPath().startsWith(root)) {
            throw new IOException(nameOf(directory) + ": leads out of the media directory");
        }
    }

    /** How {@code path} is called from outside. */
    public String nameOf(Path path) {
        return path.startsWith(root) ? root.relativize(path).toString().replace('\\', '/') : path.toString();
    }
}
