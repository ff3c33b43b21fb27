package io.mediatool.cli.street;

import java.nio.file.Path;

/** One track of a file that has many, found by its codec (in FFmpeg's words) and, where it is given, its sample rate. */
record FileTrack(Path file, int index) {
    static FileTrack of(Path file, String codec, String rate) {
        String tracks = Visitor.run(
                        file.getParent(),
                        Street.SOON,
                        Street.words("ffprobe -v error -show_entries stream=index,codec_name,sample_rate -of csv=p=0 "
                                + file))
                .out();
        String wanted = "," + codec + (rate.isEmpty() ? "" : "," + rate);
        return tracks.lines()
                .filter(line -> (line.strip() + ",").contains(wanted + ","))
                .findFirst()
                .map(line -> new FileTrack(file, Integer.parseInt(line.substring(0, line.indexOf(',')))))
                .orElseThrow(() -> new AssertionError("no track" + wanted + " in\n" + tracks));
    }

    /** The track alone, as it is, in a file of its own. */
    Path copy(String extension) {
        Path alone = file.resolveSibling("track-" + index + "." + extension);
        Street.ffmpeg(file.getParent(), "-i " + file + " -map 0:" + index + " -c copy " + alone);
        return alone;
    }
}
