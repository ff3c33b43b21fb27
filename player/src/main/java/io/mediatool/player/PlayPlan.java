package io.mediatool.player;

import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.codec.MediaKind;
import io.mediatool.core.mp4.Mp4Track;
import io.mediatool.core.mp4.read.Mp4Reader;
import io.mediatool.core.mp4.read.Mp4TrackReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is played in which order, decided before anything is sent.
 *
 * @param picker picks the tracks of each file again when it is played
 * @param tracks of the stream, pictures first
 * @param files that can be played
 * @param lengthsNs of them, 0 where it is not known
 * @param firstFile with which a round begins
 * @param firstStartNs where in it, on its movie's clock
 * @param bFrames whether pictures of some file are shown before others that are decoded first
 * @param dropping whether those that nobody refers to are left out
 */
record PlayPlan(
        FileTracks picker,
        List<PlannedTrack> tracks,
        List<Path> files,
        List<Long> lengthsNs,
        int firstFile,
        long firstStartNs,
        boolean bFrames,
        boolean dropping) {

    /** Looks into every file. */
    static PlayPlan of(PlayerOptions options, Warnings warnings) throws IOException {
        return new Drawing(options, warnings).draw();
    }

    /** The stream's track of a kind, or null. */
    @Nullable PlannedTrack track(MediaKind kind) {
        return tracks.stream().filter(track -> track.kind() == kind).findFirst().orElse(null);
    }

    /** How long the files are together; 0 when it is not known. */
    long listNs() {
        return lengthsNs.contains(0L) ? 0 : beginNs(files.size());
    }

    /** How long one round is; 0 when it is not known. */
    long roundNs() {
        return lengthsNs.subList(firstFile, files.size()).contains(0L)
                ? 0
                : Math.max(0, beginNs(files.size()) - beginNs(firstFile) - firstStartNs);
    }

    /** Where a file begins on the clock of all of them. */
    long beginNs(int file) {
        long ns = 0;
        for (int i = 0; i < file; i++) {
            ns += lengthsNs.get(i);
        }
        return ns;
    }

    /** The file that is played at a time on the clock of all of them; behind the end the last one. */
    int fileAt(long listNs) {
        int file = files.size() - 1;
        while (file > 0 && beginNs(file) > listNs) {
            file--;
        }
        return file;
    }

    private static final class Drawing {
        /** Encoders that make B-frames make them soon. */
        private static final int LOOKED_AT = 250;

        private final PlayerOptions options;
        private final Warnings warnings;
        private final FileTracks picker;
        private final Map<MediaKind, FileTracks.Chosen> first = new EnumMap<>(MediaKind.class);
        private final Map<MediaKind, Path> from = new EnumMap<>(MediaKind.class);
        private final List<Path> files = new ArrayList<>();
        private final List<Long> lengthsNs = new ArrayList<>();
        private int firstFile;
        private boolean bFrames;
        private long skipNs;

        Drawing(PlayerOptions options, Warnings warnings) {
            this.options = options;
            this.warnings = warnings;
            this.picker = new FileTracks(options.audio(), options.video());
            this.skipNs = options.start().toNanos();
        }

        PlayPlan draw() throws IOException {
            for (Path path : options.files()) {
                try (Mp4Reader reader = FileTracks.open(path)) {
                    look(path, reader);
                }
            }
            if (first.isEmpty()) {
                throw new IOException(options.files().get(0) + (options.files().size() > 1 ? " and the others" : "")
                        + ": no track that can be played");
            }
            if (firstFile == files.size()) {
                throw new IOException("nothing to play: the start at "
                        + seconds(options.start().toNanos()) + " lies behind the end; the files last "
                        + seconds(options.start().toNanos() - skipNs));
            }
            List<PlannedTrack> tracks = tracks();
            check(tracks);
            return new PlayPlan(
                    picker, tracks, List.copyOf(files), List.copyOf(lengthsNs), firstFile, skipNs, bFrames, dropping());
        }

        private void look(Path path, Mp4Reader reader) throws IOException {
            Map<MediaKind, FileTracks.Chosen> chosen = picker.choose(path, reader.tracks(), warnings);
            if (chosen.isEmpty() && options.files().size() > 1) {
                warnings.say(path + ": no track that can be played; it is passed over");
                return;
            }
            chosen.forEach((kind, track) -> {
                first.putIfAbsent(kind, track);
                from.putIfAbsent(kind, path);
            });
            if (chosen.isEmpty()) {
                return;
            }
            long lengthNs = statedNs(chosen);
            // Between files it must be known where one ends.
            if (firstFile == files.size() && skipNs > 0
                    || lengthNs == 0 && options.files().size() > 1) {
                lengthNs = lengthNs(reader, chosen);
            }
            if (firstFile == files.size() && skipNs > 0 && lengthNs <= skipNs) {
                skipNs -= lengthNs;
                firstFile++;
            }
            files.add(path);
            lengthsNs.add(lengthNs);
            FileTracks.Chosen pictures = chosen.get(MediaKind.VIDEO);
            if (pictures != null) {
                lookForBFrames(path, reader, pictures);
            }
        }

        private boolean dropping() {
            return options.bFrames() == PlayerOptions.BFrames.DROP;
        }

        private void lookForBFrames(Path path, Mp4Reader reader, FileTracks.Chosen pictures) throws IOException {
            if (!overtakes(reader, pictures, false)) {
                return;
            }
            bFrames = true;
            if (options.bFrames() == PlayerOptions.BFrames.REFUSE) {
                throw new IOException(path + ": has B-frames; encode it without them (FFmpeg: -bf 0)");
            }
            if (dropping() && overtakes(reader, pictures, true)) {
                warnings.say(path + ": has B-frames that others refer to; they cannot be left out");
            }
        }

        /** Whether a picture among the first ones is shown before one that is decoded earlier; without disposable ones if {@code kept}. */
        private static boolean overtakes(Mp4Reader reader, FileTracks.Chosen pictures, boolean kept)
                throws IOException {
            try {
                Mp4TrackReader cursor = reader.track(pictures.track().id());
                long latest = Long.MIN_VALUE;
                for (int i = 0; i < LOOKED_AT && cursor.next(); i++) {
                    SampleFormat format = pictures.format(cursor.description());
                    if (kept && format != null && cursor.size() <= FrameReader.MAX_SAMPLE_BYTES) {
                        if (format.module()
                                .isDisposable(format.convert(cursor.read().data()))) {
                            continue;
                        }
                    }
                    if (cursor.pts() < latest) {
                        return true;
                    }
                    latest = cursor.pts();
                }
            } catch (MalformedException e) {
                return false; // playing will say what is wrong
            }
            return false;
        }

        private List<PlannedTrack> tracks() {
            List<PlannedTrack> tracks = new ArrayList<>();
            for (MediaKind kind : List.of(MediaKind.VIDEO, MediaKind.AUDIO)) {
                FileTracks.Chosen chosen = first.get(kind);
                Path path = from.get(kind);
                if (chosen != null && path != null) {
                    tracks.add(PlannedTrack.of(tracks.size(), chosen.first(), path));
                }
            }
            return List.copyOf(tracks);
        }

        /** Refuses before anything is sent what could not go on later. */
        private void check(List<PlannedTrack> tracks) throws IOException {
            if (files.size() < 2) {
                return;
            }
            Warnings silent = new Warnings(Player.SILENT);
            for (Path path : files) {
                try (Mp4Reader reader = FileTracks.open(path)) {
                    Map<MediaKind, FileTracks.Chosen> chosen = picker.choose(path, reader.tracks(), silent);
                    for (PlannedTrack track : tracks) {
                        FileTracks.Chosen here = chosen.get(track.kind());
                        String conflict = here == null ? null : track.conflict(here.first());
                        if (here == null) {
                            warnings.say(path + ": has no " + track.kind().label() + " that can be played");
                        } else if (conflict != null) {
                            throw new IOException(path + " and " + track.from()
                                    + " cannot be played one after the other: " + conflict
                                    + "; play them separately or leave that kind out");
                        }
                    }
                }
            }
        }

        private static long statedNs(Map<MediaKind, FileTracks.Chosen> chosen) {
            long longest = 0;
            for (FileTracks.Chosen each : chosen.values()) {
                if (each.track().duration() <= 0) {
                    return 0;
                }
                longest = Math.max(longest, each.track().toNs(each.track().statedEnd()));
            }
            return longest;
        }

        /** Where a file ends, by its last samples. */
        private static long lengthNs(Mp4Reader reader, Map<MediaKind, FileTracks.Chosen> chosen) throws IOException {
            long longest = 0;
            for (FileTracks.Chosen each : chosen.values()) {
                longest = Math.max(longest, endNs(reader, each.track()));
            }
            return longest;
        }

        private static long endNs(Mp4Reader reader, Mp4Track track) throws IOException {
            try {
                Mp4TrackReader cursor = reader.track(track.id());
                cursor.seek(Long.MAX_VALUE / 4, false);
                return cursor.next() ? track.shownUntilNs(track.toNs(cursor.dts() + cursor.duration())) : 0;
            } catch (MalformedException e) {
                return 0; // playing will say what is wrong
            }
        }

        private static String seconds(long ns) {
            return ns / 1_000_000_000L + "." + ns / 100_000_000L % 10 + " s";
        }
    }
}
