package io.mediatool.cli.rooms;

import io.mediatool.cli.rooms.sidecar.Sidecar;
import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.mp4.Mp4File;
import io.mediatool.core.mp4.Mp4Summary;
import io.mediatool.core.mp4.write.Mp4Repair;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Finishes the recordings that a crash of the process before has left in a directory. Blocks. */
public final class Repairs {
    private static final int MAX_DEPTH = 10;
    /** A finished recording begins with a box or two and then its media; an unfinished one shows a fragment by then. */
    private static final int MAX_BOXES = 6;

    private static final int HEADER_BYTES = 16;

    private Repairs() {}

    /** Repairs what is to be repaired in {@code directory} and below, a line for each. */
    public static void in(Path directory, Consumer<String> line, InstantSource clock) {
        for (Path file : recordings(directory, line)) {
            try {
                if (isUnfinished(file)) {
                    repair(file, line, clock);
                }
            } catch (IOException | MalformedException e) {
                line.accept(file + ": not repaired: " + e.getMessage());
            }
        }
    }

    private static List<Path> recordings(Path directory, Consumer<String> line) {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> all = Files.walk(directory, MAX_DEPTH)) {
            return all.filter(path -> path.toString().toLowerCase(Locale.ROOT).endsWith(".mp4"))
                    .filter(Files::isRegularFile)
                    .filter(path -> !Files.isSymbolicLink(path))
                    .sorted()
                    .toList();
        } catch (IOException | UncheckedIOException e) {
            line.accept(directory + ": not all could be looked at for unfinished recordings: " + e.getMessage());
            return List.of();
        }
    }

    private static void repair(Path path, Consumer<String> line, InstantSource clock)
            throws IOException, MalformedException {
        try (Mp4File file = Mp4File.edit(path)) {
            Mp4Summary summary = Mp4Repair.repair(file);
            IOException failure = summary.failure();
            if (failure != null) {
                line.accept(path + ": not repaired: " + failure.getMessage());
            } else if (summary.changed()) {
                line.accept(String.format(
                        Locale.ROOT,
                        "repaired %s: %.1f s, %d bytes of an unfinished fragment cut off",
                        path,
                        summary.durationNs() / 1e9,
                        summary.cutBytes()));
                tell(path, summary, line, clock);
            }
        }
    }

    private static void tell(Path path, Mp4Summary summary, Consumer<String> line, InstantSource clock) {
        try {
            Sidecar.repaired(path, summary, clock.instant());
        } catch (IOException e) {
            line.accept(Sidecar.of(path) + ": not written: " + e.getMessage());
        }
    }

    /** Whether fragments are to be seen (ISO/IEC 14496-12 §8.8): where they are hidden behind an index, the file is whole. */
    private static boolean isUnfinished(Path path) throws IOException {
        try (Mp4File file = Mp4File.open(path)) {
            byte[] header = new byte[HEADER_BYTES];
            long at = 0;
            for (int i = 0; i < MAX_BOXES; i++) {
                int read = file.read(at, header, 0, HEADER_BYTES);
                if (read < 8) {
                    return false;
                }
                String type = new String(header, 4, 4, StandardCharsets.ISO_8859_1);
                if (type.equals("moof")) {
                    return true;
                }
                long size = Integer.toUnsignedLong(ByteBuffer.wrap(header).getInt());
                if (size == 1 && read == HEADER_BYTES) {
                    size = ByteBuffer.wrap(header).getLong(8);
                }
                if (size < 8 || at + size < at) {
                    return false;
                }
                at += size;
            }
            return false;
        }
    }
}
