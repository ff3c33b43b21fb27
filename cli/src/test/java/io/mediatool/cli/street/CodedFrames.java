package io.mediatool.cli.street;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The coded frames of one track of a file as FFmpeg reads them, in decoding order.
 *
 * @param hashes of their bytes, without side data
 * @param times of presentation in seconds, on the clock of all tracks of the file
 */
record CodedFrames(List<String> hashes, List<Double> times) {
    /** The first picture track and the first sound track, in this order. */
    static List<CodedFrames> ofBoth(Path file) {
        return of(file, "-map 0:v:0 -map 0:a:0");
    }

    /** The first track of {@code kind} ({@code v} or {@code a}). */
    static CodedFrames of(Path file, char kind) {
        return of(file, "-map 0:" + kind + ":0").get(0);
    }

    private static List<CodedFrames> of(Path file, String tracks) {
        Visitor visitor = Visitor.run(
                file.getParent(),
                Street.SOON,
                Street.words("ffmpeg -nostdin -v error -i " + file + " " + tracks + " -c copy -copyts -f framemd5 -"));
        return parse(visitor.out());
    }

    /** Reads what the {@code framemd5} muxer writes: {@code stream, dts, pts, duration, size, hash}. */
    static List<CodedFrames> parse(String framemd5) {
        Map<String, Double> units = new HashMap<>();
        List<CodedFrames> tracks = new ArrayList<>();
        for (String line : framemd5.lines().toList()) {
            if (line.startsWith("#tb ")) {
                String[] words = line.substring(4).split("[: /]+");
                units.put(words[0], Double.parseDouble(words[1]) / Double.parseDouble(words[2]));
                tracks.add(new CodedFrames(new ArrayList<>(), new ArrayList<>()));
            } else if (!line.startsWith("#")) {
                String[] fields = line.split(",");
                String stream = fields[0].strip();
                CodedFrames track = tracks.get(Integer.parseInt(stream));
                track.times.add(Long.parseLong(fields[2].strip()) * units.get(stream));
                track.hashes.add(fields[5].strip());
            }
        }
        return tracks;
    }

    int count() {
        return hashes.size();
    }

    /** Where these frames begin among those of {@code source}, of which they are a run without a hole; else -1. */
    int placeIn(CodedFrames source) {
        int first = hashes.isEmpty() ? -1 : source.hashes.indexOf(hashes.get(0));
        boolean run = first >= 0
                && first + count() <= source.count()
                && source.hashes.subList(first, first + count()).equals(hashes);
        return run ? first : -1;
    }
}
