package io.mediatool.cli.street;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;

/**
 * A recording held against what its sender sent. Senders do not always send all of their file (VLC leaves out the end, FFmpeg
 * what its trailer would flush); the recording must hold what they did send, and that must be of the file.
 */
final class Proof {
    private Proof() {}

    /**
     * All of {@code sent} has been recorded and nothing else; and it is of the source, in the source's order, but for a
     * last frame that the sender cut in its middle. That is not recorded, except where nothing tells that it was cut (a
     * PES packet of unbounded length).
     *
     * @param unsent how many of the source's frames the sender may have left out
     */
    static void assertRecordedAsSent(
            List<String> source, List<String> sent, List<String> recorded, int unsent, Recording recording) {
        assertTrue(!sent.isEmpty(), recording::story);
        int last = sent.size() - 1;
        List<String> whole = source.contains(sent.get(last)) ? sent : sent.subList(0, last);
        int at = 0;
        for (String hash : whole) {
            int found = source.subList(at, source.size()).indexOf(hash);
            assertTrue(found >= 0, "the sender sent what is not in the source, or not in its order");
            at += found + 1;
        }
        assertTrue(
                source.size() - whole.size() <= unsent,
                () -> "only " + whole.size() + " of " + source.size() + " frames were sent");
        assertEquals(recorded.size() > whole.size() ? sent : whole, recorded, recording::story);
    }

    /** Pictures and sound of a transport stream, frame by frame, both at the times that it gave them. */
    static void assertRecordedAsSent(Path source, String codec, Path sent, Path file, int unsent, Recording recording) {
        assertRecordedAsSent(
                Nals.pictureUnits(source, codec),
                Nals.pictureUnits(sent, codec),
                Nals.pictureUnits(file, codec),
                unsent,
                recording);
        // AAC out of its ADTS frames
        Path sound = sent.resolveSibling("sent.m4a");
        Street.ffmpeg(sent.getParent(), "-i " + sent + " -map 0:a -c copy -bsf:a aac_adtstoasc " + sound);
        assertRecordedAsSent(
                Street.frameHashes(source, "a"),
                Street.frameHashes(sound, "a"),
                Street.frameHashes(file, "a"),
                2 * unsent,
                recording);
        double start = Street.times(sent, "a").get(0) - Street.times(file, "a").get(0);
        for (String kind : List.of("v", "a")) {
            List<Double> expected = Street.times(sent, kind);
            List<Double> actual = Street.times(file, kind);
            for (int i = 0; i < actual.size(); i++) {
                assertEquals(expected.get(i) - start, actual.get(i), 0.002, kind + " frame " + i);
            }
        }
    }

    /** Frames of one RTP stream are as far apart as their timestamps. */
    static void assertTimesAsSent(List<SentRtp.Sent> sent, double rate, List<Double> actual) {
        for (int i = 0; i < actual.size(); i++) {
            double expected = (sent.get(i).timestamp() - sent.get(0).timestamp()) / rate;
            assertEquals(expected, actual.get(i) - actual.get(0), 0.002, "frame " + i);
        }
    }
}
