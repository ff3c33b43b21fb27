package io.mediatool.cli.rooms.library;

import io.mediatool.cli.rooms.MediaDirectory;
import io.mediatool.cli.rooms.RefusedWorkException;
import io.mediatool.cli.rooms.Work;
import io.mediatool.cli.rooms.Works;
import io.mediatool.cli.rooms.sidecar.Sidecar;
import io.mediatool.core.mp4.Mp4File;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The files of the media directory. Everything blocks; any thread. */
public final class Library {
    private static final Pattern MEDIA = Pattern.compile(".*\\.(mp4|m4v|m4a|mov)", Pattern.CASE_INSENSITIVE);
    private static final int MAX_DEPTH = 8;
    /** A directory of more is not looked through to its end. */
    private static final int MAX_FILES = 20_000;

    private final Works works;
    private final FactFinder facts = new FactFinder();

    /** @param works who reads and writes the files, and where they lie */
    public Library(Works works) {
        this.works = works;
    }

    /**
     * Some files.
     *
     * @param files newest first
     * @param total how many there are; when that is more, the oldest are left out
     */
    public record Listing(List<MediaFile> files, int total) {}

    /** A file that is open. Whoever gets it closes the channel. */
    public record Opened(MediaFile file, FileChannel channel) {}

    private record Found(Path path, String name, BasicFileAttributes attributes) {}

    /** Whether there is a media directory. */
    public boolean isThere() {
        return directory() != null;
    }

    private @Nullable MediaDirectory directory() {
        try {
            return works.media();
        } catch (RefusedWorkException e) {
            return null;
        }
    }

    /** The newest {@code limit} files that {@code wanted} takes; none where there is no media directory. */
    public Listing list(Predicate<MediaFile> wanted, int limit) {
        MediaDirectory media = directory();
        if (media == null) {
            return new Listing(List.of(), 0);
        }
        Map<Path, Work> users = works.inUse();
        List<Found> some = walk(media).stream()
                .filter(found -> wanted.test(describe(found, users, false)))
                .sorted(Comparator.comparing((Found found) -> found.attributes().lastModifiedTime())
                        .reversed()
                        .thenComparing(Found::name))
                .toList();
        // Only what is told of is looked into.
        List<MediaFile> newest = some.stream()
                .limit(limit)
                .map(found -> describe(found, users, true))
                .toList();
        return new Listing(newest, some.size());
    }

    private static List<Found> walk(MediaDirectory media) {
        List<Found> found = new ArrayList<>();
        try {
            // Links are not followed: what they lead to within the directory is found where it lies.
            Files.walkFileTree(media.root(), EnumSet.noneOf(FileVisitOption.class), MAX_DEPTH, new Walk(media, found));
        } catch (IOException e) {
            // What was found until then is there.
        }
        return found;
    }

    private static final class Walk extends SimpleFileVisitor<Path> {
        private final MediaDirectory media;
        private final List<Found> found;

        Walk(MediaDirectory media, List<Found> found) {
            this.media = media;
            this.found = found;
        }

        @Override
        public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
            boolean isHidden = !directory.equals(media.root())
                    && String.valueOf(directory.getFileName()).startsWith(".");
            return isHidden ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            String name = media.nameOf(file);
            if (attributes.isRegularFile() && MEDIA.matcher(name).matches() && canBeNamed(name)) {
                found.add(new Found(file, name, attributes));
            }
            return found.size() < MAX_FILES ? FileVisitResult.CONTINUE : FileVisitResult.TERMINATE;
        }

        private boolean canBeNamed(String name) {
            try {
                media.place(name);
                return true;
            } catch (RefusedWorkException e) {
                return false;
            }
        }

        @Override
        public FileVisitResult visitFileFailed(Path file, IOException cause) {
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException cause) {
            return FileVisitResult.CONTINUE;
        }
    }

    private MediaFile describe(Found found, Map<Path, Work> users, boolean isThorough) {
        BasicFileAttributes attributes = found.attributes();
        Work user = users.get(found.path());
        boolean isGrowing = user != null && user.kind() == Work.Kind.RECORDING;
        MediaFile.Facts known = facts.of(found.path(), attributes, isGrowing, isThorough);
        return new MediaFile(
                found.name(),
                attributes.size(),
                attributes.lastModifiedTime().toInstant(),
                known.state(),
                known,
                user != null && !isGrowing);
    }

    /** What is known of the file of that name without opening it; refused with 400 or 404. */
    public MediaFile find(String name) throws RefusedWorkException {
        Path path = media(name);
        try {
            var attributes = Files.readAttributes(path, BasicFileAttributes.class);
            return describe(new Found(path, name, attributes), works.inUse(), false);
        } catch (IOException e) {
            throw missing(name);
        }
    }

    private Path media(String name) throws RefusedWorkException {
        Path path = works.media().existing(name);
        // The directory may hold what is nobody's business; pages of it would run as ours.
        if (!MEDIA.matcher(name).matches()) {
            throw missing(name);
        }
        return path;
    }

    private static RefusedWorkException missing(String name) {
        return new RefusedWorkException(404, "there is no file '" + name + "' in the media directory");
    }

    /** Opens the file of that name to read; refused with 400 or 404. */
    public Opened open(String name) throws RefusedWorkException {
        MediaFile file = find(name);
        try {
            return new Opened(file, FileChannel.open(media(name), StandardOpenOption.READ));
        } catch (IOException e) {
            throw missing(name);
        }
    }

    /** Deletes a file and what stands beside it. Refused with 400 or 404; with 409 while it is recorded or played. */
    public void delete(String name) throws RefusedWorkException {
        Path real = media(name);
        Work user = works.inUse().get(real);
        if (user != null) {
            String what = user.kind() == Work.Kind.RECORDING ? "recorded in" : "played into";
            throw new RefusedWorkException(
                    409, "'" + name + "' is being " + what + " room '" + user.roomName() + "': end that first");
        }
        Path place = works.media().place(name);
        try {
            if (!Files.isSymbolicLink(place)) {
                requireUnlocked(real, name);
                Sidecar.delete(real);
            }
            Files.delete(place);
        } catch (NoSuchFileException e) {
            throw missing(name);
        } catch (IOException e) {
            throw new RefusedWorkException(409, "'" + name + "' cannot be deleted: the file system does not allow it");
        }
    }

    /** Another process may record here, too. */
    private static void requireUnlocked(Path real, String name) throws RefusedWorkException {
        try (Mp4File file = Mp4File.edit(real)) {
            file.size();
        } catch (IOException e) {
            throw new RefusedWorkException(409, "'" + name + "' is in use, or may not be changed");
        }
    }
}
