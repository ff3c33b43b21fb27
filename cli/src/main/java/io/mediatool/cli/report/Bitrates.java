package io.mediatool.cli.report;

import io.mediatool.cli.terminal.Units;
import io.mediatool.recorder.TrackProgress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** How fast each track of a recording has grown lately: measured anew for each second of media, so that the eye can follow. */
public final class Bitrates {
    private static final long WINDOW_NS = 1_000_000_000L;

    private final Map<String, Long> bytes = new HashMap<>();
    private final Map<String, String> rates = new HashMap<>();
    private long sinceNs;

    /** Learns how large tracks are after {@code mediaNs} of recording. */
    public void take(List<TrackProgress> tracks, long mediaNs) {
        if (Math.abs(mediaNs - sinceNs) < WINDOW_NS) {
            return;
        }
        for (TrackProgress track : tracks) {
            Long known = bytes.put(track.id(), track.bytes());
            long before = known == null ? 0 : known;
            if (mediaNs > sinceNs) {
                rates.put(track.id(), " " + Units.bitrate(Units.bitrateBps(track.bytes() - before, mediaNs - sinceNs)));
            }
        }
        sinceNs = mediaNs;
    }

    /** A blank and the track's bit rate, or nothing when it is not known yet. */
    public String of(String track) {
        return rates.getOrDefault(track, "");
    }
}
