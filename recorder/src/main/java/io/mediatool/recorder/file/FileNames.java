package io.mediatool.recorder.file;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Names of the files of one recording. */
public final class FileNames {
    private static final DateTimeFormatter YEAR = DateTimeFormatter.ofPattern("yyyy", Locale.ROOT);

    private final Path pattern;
    private final boolean numbered;
    private final boolean yielding;

    /**
     * @param numbered whether already the first file gets a number, unless the name has a {@code %}
     * @param yielding whether already the first file gets another name when its own is taken
     */
    public FileNames(Path pattern, boolean numbered, boolean yielding) {
        this.pattern = pattern;
        this.numbered = numbered;
        this.yielding = yielding;
    }

    /** Whether the name depends on the time of recording. */
    public boolean isTimed() {
        return name().indexOf('%') >= 0;
    }

    /** Whether file {@code number} gets another name when its own is taken, instead of an error. */
    boolean yields(int number) {
        return number > 1 || yielding || isTimed();
    }

    /**
     * The name of file {@code number}, from 1.
     *
     * @param startsAt wall-clock time of its first frame
     */
    public Path of(int number, Instant startsAt) {
        if (isTimed()) {
            return pattern.resolveSibling(fill(number, startsAt));
        }
        return numbered || number > 1 ? withSuffix(pattern, String.format(Locale.ROOT, "-%03d", number)) : pattern;
    }

    /** {@code wanted}, or when that is there already the first of {@code wanted-2}, {@code wanted-3} … that is not. */
    static Path free(Path wanted) {
        Path path = wanted;
        for (int i = 2; Files.exists(path); i++) {
            path = withSuffix(wanted, "-" + i);
        }
        return path;
    }

    private String name() {
        Path name = pattern.getFileName();
        return name == null ? "" : name.toString();
    }

    private static Path withSuffix(Path path, String suffix) {
        Path file = path.getFileName();
        String name = file == null ? "" : file.toString();
        int dot = name.lastIndexOf('.');
        int at = dot > 0 ? dot : name.length();
        return path.resolveSibling(name.substring(0, at) + suffix + name.substring(at));
    }

    private String fill(int number, Instant startsAt) {
        var utc = startsAt.atOffset(ZoneOffset.UTC);
        var filled = new StringBuilder();
        String name = name();
        int at = 0;
        while (at < name.length()) {
            char c = name.charAt(at++);
            if (c != '%' || at == name.length()) {
                filled.append(c);
                continue;
            }
            char field = name.charAt(at++);
            filled.append(
                    switch (field) {
                        case 'Y' -> YEAR.format(utc);
                        case 'm' -> two(utc.getMonthValue());
                        case 'd' -> two(utc.getDayOfMonth());
                        case 'H' -> two(utc.getHour());
                        case 'M' -> two(utc.getMinute());
                        case 'S' -> two(utc.getSecond());
                        case 's' -> Long.toString(startsAt.getEpochSecond());
                        case 'i' -> String.format(Locale.ROOT, "%03d", number);
                        case '%' -> "%";
                        default -> "%" + field;
                    });
        }
        return filled.toString();
    }

    private static String two(int value) {
        return String.format(Locale.ROOT, "%02d", value);
    }
}
