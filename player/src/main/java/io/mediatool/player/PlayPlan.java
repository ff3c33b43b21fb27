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
 * @param files of one round, from the first that is not skipped
 * @param firstStartNs where in the first of them a round begins, on its movie's clock
 * @param roundNs media time of one round as the files state it, 0 when one does not
 */
record PlayPlan(FileTracks picker, List<PlannedTrack> tracks, List<Path> files, long firstStartNs, long roundNs) {

    /** Looks into every file. */
    static PlayPlan of(PlayerOptions options, Warnings warnings) throws IOException {
        return new Drawing(options, warnings).draw();
    }

    /** The stream's track of a kind, or null. */
    @Nullable PlannedTrack track(MediaKind kind) {
        return tracks.stream().filter(track -> track.kind() == kind).findFirst().orElse(null);
    }

    private static final class Drawing {
        private final PlayerOptions options;
        private final Warnings warnings;
        private final FileTracks picker;
        private final Map<MediaKind, FileTracks.Chosen> first = new EnumMap<>(MediaKind.class);
        private final Map<MediaKind, Path> from = new EnumMap<>(MediaKind.class);
        private final List<Path> files = new ArrayList<>();
        private long skipNs;
        private long roundNs;
        private boolean lengthKnown = true;

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
            if (files.isEmpty()) {
                throw new IOException(
                        "nothing to play: the start " + options.start() + " lies behind the end; the files last "
                                + seconds(options.start().toNanos() - skipNs));
            }
            List<PlannedTrack> tracks = tracks();
            check(tracks);
            return new PlayPlan(
                    picker, tracks, List.copyOf(files), skipNs, lengthKnown ? Math.max(0, roundNs - skipNs) : 0);
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
            if (files.isEmpty() && skipNs > 0) {
                long lengthNs = lengthNs(reader, chosen);
                if (lengthNs <= skipNs) {
                    skipNs -= lengthNs;
                    return;
                }
            }
            if (!chosen.isEmpty()) {
                files.add(path);
                long statedNs = statedNs(chosen);
                roundNs += statedNs;
                lengthKnown &= statedNs > 0;
            }
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
