package io.mediatool.cli.rooms.library;

import io.mediatool.cli.rooms.library.MediaFile.Facts;
import io.mediatool.cli.rooms.library.MediaFile.State;
import io.mediatool.cli.rooms.sidecar.Sidecar;
import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.mp4.Mp4File;
import io.mediatool.core.mp4.Mp4Info;
import io.mediatool.core.mp4.read.Mp4Probe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Finds out what is in files, and remembers it until they change. */
final class FactFinder {
    private static final int MAX_REMEMBERED = 20_000;

    private final Map<Path, Known> known = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Path, Known> eldest) {
            return size() > MAX_REMEMBERED;
        }
    };

    /** @param look what the files looked like when it was found out */
    private record Known(String look, Facts facts) {}

    /**
     * What is in {@code file}.
     *
     * @param isGrowing then it is not opened: to close it again would take its writer's lock away (POSIX)
     * @param isThorough whether the file itself is looked into where nothing stands beside it: that takes its time
     */
    Facts of(Path file, BasicFileAttributes attributes, boolean isGrowing, boolean isThorough) {
        String look = look(attributes) + look(Sidecar.of(file)) + isGrowing;
        synchronized (known) {
            Known before = known.get(file);
            if (before != null && before.look.equals(look)) {
                return before.facts;
            }
        }
        Map<String, String> told = Sidecar.read(file);
        boolean mustLook = !isGrowing && !told.containsKey("durationSeconds");
        Facts facts = find(file, told, isGrowing, mustLook && isThorough);
        if (isThorough || !mustLook) {
            synchronized (known) {
                known.put(file, new Known(look, facts));
            }
        }
        return facts;
    }

    private static String look(BasicFileAttributes attributes) {
        return attributes.size() + "@" + attributes.lastModifiedTime() + " ";
    }

    private static String look(Path path) {
        try {
            return look(Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS));
        } catch (IOException e) {
            return "";
        }
    }

    private static Facts find(Path file, Map<String, String> told, boolean isGrowing, boolean mustLook) {
        State state = state(told);
        double duration = number(told.get("durationSeconds"));
        Instant startedAt = instant(told.getOrDefault("startedAt", told.get("openedAt")));
        if (mustLook) {
            try (Mp4File open = Mp4File.open(file)) {
                Mp4Info info = Mp4Probe.of(open);
                duration = info.durationNs() / 1e9;
                startedAt = startedAt == null ? info.createdAt() : startedAt;
                state = told.isEmpty() && info.torn() ? State.UNFINISHED : state;
            } catch (IOException | MalformedException e) {
                state = told.isEmpty() ? State.UNREADABLE : state;
            }
        }
        return new Facts(
                isGrowing ? State.RECORDING : state,
                told.getOrDefault("room", ""),
                told.getOrDefault("stream", ""),
                told.getOrDefault("recording", ""),
                startedAt,
                duration);
    }

    private static State state(Map<String, String> told) {
        return switch (told.getOrDefault("state", "").toLowerCase(Locale.ROOT)) {
            case "recording" -> State.UNFINISHED;
            case "failed" -> State.FAILED;
            case "repaired" -> State.REPAIRED;
            default -> State.COMPLETE;
        };
    }

    private static double number(@Nullable String text) {
        try {
            return text == null ? -1 : Double.parseDouble(text);
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    private static @Nullable Instant instant(@Nullable String text) {
        try {
            return text == null ? null : Instant.parse(text);
        } catch (DateTimeException e) {
            return null;
        }
    }
}
