package io.mediatool.cli.serve;

import io.mediatool.cli.config.RoomPlan;
import io.mediatool.cli.rooms.FilePattern;
import io.mediatool.cli.rooms.MediaDirectory;
import io.mediatool.cli.rooms.Order;
import io.mediatool.cli.rooms.RefusedWorkException;
import io.mediatool.cli.rooms.Repairs;
import io.mediatool.cli.rooms.Works;
import io.mediatool.cli.terminal.CommandException;
import io.mediatool.cli.terminal.ExitCode;
import io.mediatool.ingest.source.SourceException;
import io.mediatool.ingest.source.SourceSpec;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What goes on in rooms from the start of a server. */
final class RoomStart {
    private final RoomPlan plan;

    RoomStart(RoomPlan plan) {
        this.plan = plan;
    }

    /** The directory of the API, or null. */
    @Nullable MediaDirectory media() throws CommandException {
        return plan.media() == null ? null : directory(plan.media());
    }

    /** Finishes what the process before could not; a line for each file. */
    void repair(Consumer<String> line) throws CommandException {
        Set<Path> directories = new LinkedHashSet<>();
        for (Path each : new @Nullable Path[] {plan.media(), plan.recordAll()}) {
            if (each != null) {
                directories.add(directory(each).root());
            }
        }
        for (RoomPlan.Entry entry : plan.recordings()) {
            directories.add(directory(path(entry)).root());
        }
        for (Path directory : directories) {
            boolean within =
                    directories.stream().anyMatch(other -> !other.equals(directory) && directory.startsWith(other));
            if (!within) {
                Repairs.in(directory, line, InstantSource.system());
            }
        }
    }

    /** Begins everything, sinks first, so that nothing of the sources is missed. */
    void begin(Works works) throws CommandException {
        if (plan.recordAll() != null) {
            works.recordAll(directory(plan.recordAll()), FilePattern.USUAL);
        }
        for (RoomPlan.Entry entry : plan.recordings()) {
            MediaDirectory into = directory(path(entry));
            var order = new Order.Recording(entry.room(), Set.of(), into, FilePattern.FLAT, null);
            open(works, entry, order, ExitCode.FILE);
        }
        for (RoomPlan.Entry entry : plan.forwards()) {
            open(works, entry, new Order.Forward(entry.room(), entry.value(), Set.of(), Set.of()), ExitCode.NETWORK);
        }
        for (RoomPlan.Entry entry : plan.ingests()) {
            open(works, entry, new Order.Ingest(entry.room(), null, source(entry)), ExitCode.NETWORK);
        }
        for (RoomPlan.Entry entry : plan.plays()) {
            List<Path> files = List.of(path(entry));
            var order = new Order.Player(
                    entry.room(), null, files, List.of(entry.value()), 0, Duration.ZERO, 1, plan.bFrames(), false);
            open(works, entry, order, ExitCode.FILE);
        }
    }

    private static SourceSpec source(RoomPlan.Entry entry) throws CommandException {
        try {
            return SourceSpec.parse(entry.value(), InputStream.nullInputStream());
        } catch (SourceException e) {
            int code = e.isOfFile() ? ExitCode.FILE : ExitCode.USAGE;
            throw new CommandException(code, entry.origin() + ": " + e.getMessage());
        }
    }

    private static void open(Works works, RoomPlan.Entry entry, Order order, int code) throws CommandException {
        try {
            works.open(order).toCompletableFuture().join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RefusedWorkException refused) {
                int exit = code == ExitCode.NETWORK && refused.httpStatus() == 422 ? ExitCode.USAGE : code;
                throw new CommandException(exit, entry.origin() + ": " + refused.line());
            }
            throw e;
        }
    }

    private static Path path(RoomPlan.Entry entry) throws CommandException {
        try {
            return Path.of(entry.value());
        } catch (InvalidPathException e) {
            throw new CommandException(ExitCode.USAGE, entry.origin() + ": '" + entry.value() + "' is no path");
        }
    }

    private static MediaDirectory directory(Path path) throws CommandException {
        try {
            return MediaDirectory.open(path);
        } catch (IOException e) {
            throw new CommandException(ExitCode.FILE, String.valueOf(e.getMessage()));
        }
    }
}
