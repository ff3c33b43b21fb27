package io.mediatool.cli.library;

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

/** What is in a file. */
final class Samples {
    private Samples() {}

    /** Every sample of each track is there, once and in order. */
    static void assertSame(Path played, Path recorded) throws IOException, MalformedException {
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

    /** The samples of each track, in order. */
    static Map<MediaKind, List<String>> of(Path file) throws IOException, MalformedException {
        Map<MediaKind, List<String>> all = new TreeMap<>();
        try (Mp4Reader reader = Mp4Reader.open(Mp4File.open(file))) {
            for (Mp4Track track : reader.tracks()) {
                List<String> ofTrack = new ArrayList<>();
                Mp4TrackReader samples = reader.track(track.id());
                while (samples.next()) {
                    ofTrack.add(HexFormat.of().formatHex(samples.read().data()));
                }
                all.put(track.kind(), ofTrack);
            }
        }
        return all;
    }
}
