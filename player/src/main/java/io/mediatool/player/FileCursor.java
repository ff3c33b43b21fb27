package io.mediatool.player;

import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.codec.MediaKind;
import io.mediatool.core.mp4.Mp4Track;
import io.mediatool.core.mp4.read.Mp4Reader;
import io.mediatool.core.mp4.read.Mp4TrackReader;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The samples of one file that are played, by decoding time. */
final class FileCursor implements Closeable {
    private final Path path;
    private final Mp4Reader reader;
    private final Warnings warnings;
    private final long sizeBytes;
    private final List<Lane> lanes = new ArrayList<>();
    private long originNs;

    /** One track: its cursor stands on the next sample while {@code standing}. */
    static final class Lane {
        private final PlannedTrack planned;
        private final FileTracks.Chosen chosen;
        private final Mp4TrackReader cursor;
        private boolean standing;

        Lane(PlannedTrack planned, FileTracks.Chosen chosen, Mp4TrackReader cursor) {
            this.planned = planned;
            this.chosen = chosen;
            this.cursor = cursor;
        }

        PlannedTrack planned() {
            return planned;
        }

        FileTracks.Chosen chosen() {
            return chosen;
        }

        Mp4TrackReader cursor() {
            return cursor;
        }

        private Mp4Track track() {
            return chosen.track();
        }

        private boolean isVideo() {
            return planned.kind() == MediaKind.VIDEO;
        }
    }

    private FileCursor(Path path, long sizeBytes, Mp4Reader reader, Warnings warnings) {
        this.path = path;
        this.sizeBytes = sizeBytes;
        this.reader = reader;
        this.warnings = warnings;
    }

    /**
     * Opens a file and goes to {@code startNs} on its movie's clock, pictures to the sync sample
     * before, sound to the same instant.
     */
    static FileCursor open(Path path, PlayPlan plan, long startNs, Warnings warnings) throws IOException {
        long sizeBytes = Files.size(path);
        var cursor = new FileCursor(path, sizeBytes, FileTracks.open(path), warnings);
        try {
            Map<MediaKind, FileTracks.Chosen> chosen =
                    plan.picker().choose(path, cursor.reader.tracks(), new Warnings(Player.SILENT));
            for (PlannedTrack planned : plan.tracks()) {
                FileTracks.Chosen each = chosen.get(planned.kind());
                if (each != null && planned.conflict(each.first()) == null) {
                    cursor.add(planned, each);
                }
            }
            cursor.place(startNs);
            return cursor;
        } catch (IOException e) {
            cursor.close();
            throw e;
        }
    }

    Path path() {
        return path;
    }

    /** Fails when the file is shorter than it was when it was opened: what is missing is not a broken sample or two. */
    void requireLength() throws IOException {
        if (Files.exists(path) && Files.size(path) < sizeBytes) {
            throw new IOException(path + ": was cut short while it was played");
        }
    }

    /**
     * The time on the movie's clock at which this file's playing begins: when its first sample is shown or heard. A void
     * that all tracks begin with is left out, one that a single track begins with is kept. Sound that an edit list hides
     * (the encoder's priming) comes before it.
     */
    long originNs() {
        return originNs;
    }

    /** The lane whose sample is decoded next, or null at the end. */
    @Nullable Lane next() {
        Lane next = null;
        long nextNs = Long.MAX_VALUE;
        for (Lane lane : lanes) {
            if (lane.standing && lane.track().toNs(lane.cursor.dts()) < nextNs) {
                next = lane;
                nextNs = lane.track().toNs(lane.cursor.dts());
            }
        }
        return next;
    }

    /** Steps a lane to its next sample. */
    void step(Lane lane) throws IOException {
        try {
            lane.standing = lane.cursor.next();
        } catch (MalformedException e) {
            broken(lane, e);
        }
    }

    @Override
    public void close() throws IOException {
        reader.close();
    }

    private void add(PlannedTrack planned, FileTracks.Chosen chosen) throws IOException {
        try {
            lanes.add(new Lane(planned, chosen, reader.track(chosen.track().id())));
        } catch (MalformedException e) {
            warnings.count(path.toString(), path + ": " + planned.kind().label() + " is left out: " + e.getMessage());
        }
    }

    private void place(long startNs) throws IOException {
        long cutNs = startNs;
        long firstNs = Long.MAX_VALUE;
        for (Lane lane : lanes) { // pictures come first
            seek(lane, lane.isVideo() ? startNs : cutNs);
            // Sound before a start in the middle is not wanted; pictures before it are needed to decode. What an edit
            // list hides at the beginning of a file (the encoder's priming) is part of it: the receiver's decoder
            // needs it too.
            while (startNs > 0 && !lane.isVideo() && lane.standing && endsBefore(lane, cutNs)) {
                step(lane);
            }
            if (lane.standing) {
                long shownNs = lane.track().toNs(lane.cursor.pts());
                cutNs = lane.isVideo() && startNs > 0 ? Math.max(0, shownNs) : cutNs;
                firstNs = Math.min(firstNs, lane.isVideo() ? shownNs : Math.max(0, shownNs));
            }
        }
        originNs = firstNs == Long.MAX_VALUE ? startNs : firstNs;
    }

    private void seek(Lane lane, long timeNs) throws IOException {
        try {
            if (timeNs > 0) {
                lane.cursor.seek(lane.track().fromNs(timeNs), lane.isVideo());
            }
        } catch (MalformedException e) {
            broken(lane, e);
            return;
        }
        step(lane);
    }

    private static boolean endsBefore(Lane lane, long cutNs) {
        long pts = lane.cursor.pts();
        return lane.track().toNs(pts) < cutNs && lane.track().toNs(pts + lane.cursor.duration()) <= cutNs;
    }

    private void broken(Lane lane, MalformedException e) {
        lane.standing = false;
        warnings.count(
                path + " track " + lane.track().id(),
                path + ": " + lane.planned.kind().label() + " track "
                        + lane.track().id() + " ends early: " + e.getMessage());
    }
}
