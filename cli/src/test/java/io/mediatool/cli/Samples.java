package io.mediatool.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.codec.MediaKind;
import io.mediatool.core.mp4.Mp4File;
import io.mediatool.core.mp4.Mp4Track;
import io.mediatool.core.mp4.read.Mp4Reader;
import io.mediatool.core.mp4.read.Mp4TrackReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** What is in a file: samples in their order, in hexadecimal digits. */
public final class Samples {
    private Samples() {}

    /** Every sample of each track is there, once and in order. */
    public static void assertSame(Path played, Path recorded) throws IOException, MalformedException {
        Map<MediaKind, List<String>> before = of(played);
        Map<MediaKind, List<String>> after = of(recorded);
        assertEquals(before.keySet(), after.keySet());
        before.forEach((kind, samples) -> {
            List<Integer> places = after.getOrDefault(kind, List.of()).stream()
                    .map(samples::indexOf)
                    .toList();
            assertEquals(IntStream.range(0, samples.size()).boxed().toList(), places, kind.label());
        });
    }

    /** Of a file that has one track of a kind at most. */
    public static Map<MediaKind, List<String>> of(Path file) throws IOException, MalformedException {
        Map<MediaKind, List<String>> all = new TreeMap<>();
        for (MediaKind kind : MediaKind.values()) {
            for (List<String> track : of(file, kind)) {
                assertEquals(null, all.put(kind, track), file + " has several of " + kind.label());
            }
        }
        return all;
    }

    /** Of each track of that kind. */
    public static List<List<String>> of(Path file, MediaKind kind) throws IOException, MalformedException {
        List<List<String>> tracks = new ArrayList<>();
        try (Mp4Reader reader = Mp4Reader.open(Mp4File.open(file))) {
            for (Mp4Track track : reader.tracks()) {
                if (track.kind() == kind) {
                    List<String> samples = new ArrayList<>();
                    Mp4TrackReader cursor = reader.track(track.id());
                    while (cursor.next()) {
                        samples.add(HexFormat.of().formatHex(cursor.read().data()));
                    }
                    tracks.add(samples);
                }
            }
        }
        return tracks;
    }
}
