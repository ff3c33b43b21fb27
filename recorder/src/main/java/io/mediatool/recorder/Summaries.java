package io.mediatool.recorder;

import io.mediatool.core.codec.DecoderConfig;
import io.mediatool.core.rtp.NtpTime;
import io.mediatool.recorder.file.Written;
import io.mediatool.recorder.file.Written.Kept;
import io.mediatool.recorder.time.TrackAlignment;
import io.mediatool.recorder.track.Lane;
import io.mediatool.recorder.track.TrackRecorder;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Puts together what a recording has to tell of itself. */
final class Summaries {
    private Summaries() {}

    static RecordingSummary of(
            List<TrackRecorder> tracks,
            TrackAlignment alignment,
            long ntpOfStart,
            List<Path> paths,
            Written written,
            @Nullable String failure) {
        var summaries = new ArrayList<TrackSummary>();
        for (TrackRecorder track : tracks) {
            for (Lane lane : track.lanes()) {
                if (lane.config() != null) {
                    Kept kept = failure == null ? handedOver(lane) : written.of(lane.number());
                    summaries.add(of(track, lane, lane.config(), kept, alignment.ignored(lane.number())));
                }
            }
        }
        long firstNs = firstNs(tracks, alignment);
        Instant firstFrameAt =
                firstNs == Long.MAX_VALUE ? null : NtpTime.toInstant(NtpTime.plusNs(ntpOfStart, firstNs));
        long durationNs = failure == null ? durationNs(tracks, alignment) : written.durationNs();
        return new RecordingSummary(paths, firstFrameAt, durationNs, written.bytes(), summaries, failure);
    }

    /** From the start of the earliest track to the end of the latest. */
    static long durationNs(List<TrackRecorder> tracks, TrackAlignment alignment) {
        long firstNs = firstNs(tracks, alignment);
        long endNs = firstNs;
        for (TrackRecorder track : tracks) {
            for (Lane lane : track.lanes()) {
                if (lane.number() >= 0) {
                    long offsetNs = alignment.offsetNs(lane.number());
                    long laneEndNs = offsetNs + lane.timeline().scale().toNs(Math.max(lane.endDts(), lane.endPts()));
                    endNs = endNs == Long.MAX_VALUE ? laneEndNs : Math.max(endNs, laneEndNs);
                }
            }
        }
        return endNs - firstNs;
    }

    static List<TrackProgress> progressOf(List<TrackRecorder> tracks) {
        var list = new ArrayList<TrackProgress>();
        for (TrackRecorder track : tracks) {
            if (track.lanes().isEmpty()) {
                list.add(new TrackProgress(track.id(), null, 0, 0, 0, false));
            }
            for (Lane lane : track.lanes()) {
                long lost = lane == track.lanes().get(0) ? track.lost() : 0;
                list.add(new TrackProgress(
                        lane.id(), lane.codec(), lane.frames(), lane.bytes(), lost, lane.isConfigMissing()));
            }
        }
        return list;
    }

    private static long firstNs(List<TrackRecorder> tracks, TrackAlignment alignment) {
        long firstNs = Long.MAX_VALUE;
        for (TrackRecorder track : tracks) {
            for (Lane lane : track.lanes()) {
                if (lane.number() >= 0) {
                    long offsetNs = alignment.offsetNs(lane.number());
                    firstNs =
                            Math.min(firstNs, offsetNs + lane.timeline().scale().toNs(lane.firstDts()));
                }
            }
        }
        return firstNs;
    }

    private static Kept handedOver(Lane lane) {
        long durationNs = lane.timeline().scale().toNs(lane.endDts() - lane.firstDts());
        return new Kept(lane.frames(), lane.keyFrames(), lane.bytes(), durationNs);
    }

    /** What the network did is counted for the track as a whole, with its first codec. */
    private static TrackSummary of(
            TrackRecorder track, Lane lane, DecoderConfig config, Kept kept, long ignoredReports) {
        boolean first = lane == track.lanes().get(0);
        var packets = track.packets();
        long durationNs = kept.durationNs();
        long bitrateBps = durationNs <= 0 ? 0 : Math.round(kept.bytes() * 8e9 / durationNs);
        return new TrackSummary(
                lane.id(),
                lane.codec(),
                config.width(),
                config.height(),
                config.sampleRate(),
                config.channels(),
                kept.frames(),
                kept.keyFrames(),
                durationNs,
                kept.bytes(),
                bitrateBps,
                track.lanes().size() == 1 ? packets.packets() : lane.packets(),
                first ? track.lost() : 0,
                first ? packets.reordered() : 0,
                first ? track.late() : 0,
                first ? packets.duplicates() : 0,
                lane.damagedFrames(),
                lane.timeline().corrections(),
                lane.timeline().driftPpm(),
                lane.droppedFrames() + lane.frames() - kept.frames(),
                lane.malformedPackets(),
                first ? packets.strays() + packets.unknownPayloadType() : 0,
                lane.timeline().ignoredReports() + ignoredReports);
    }
}
