package io.mediatool.core.signalling.session;

import io.mediatool.core.server.Counters;
import io.mediatool.core.server.IncomingLayer;
import io.mediatool.core.server.IncomingStream;
import io.mediatool.core.server.IncomingStreamTrack;
import io.mediatool.core.server.Renditions;
import io.mediatool.core.server.Room;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A room and what is published in it; a copy. Streams oldest first.
 *
 * @param publishers sessions; streams may also come from elsewhere (a push, a player)
 */
public record RoomReport(String name, int publishers, int viewers, List<Stream> streams) {

    /**
     * @param sessionId of the publisher, empty when it is no session
     * @param viewers how many sessions watch it
     */
    public record Stream(String name, String sessionId, long ageNs, int viewers, List<SessionReport.Track> tracks) {}

    /** On the loop's thread; {@code viewers} by the stream's name. */
    static RoomReport of(Room room, Map<IncomingStream, Session> sources, Map<String, Integer> viewers, long nowNs) {
        List<Stream> streams = new ArrayList<>();
        for (IncomingStream stream : room.streams()) {
            Session session = sources.get(stream);
            Role role = session == null ? null : session.role();
            List<SessionReport.Track> tracks = role != null
                    ? role.tracks(nowNs)
                    : stream.tracks().stream()
                            .map(each -> PublisherRole.track(each, null, counters(each, nowNs), nowNs))
                            .toList();
            List<SessionReport.Track> all = new ArrayList<>(tracks);
            stream.tracks().forEach(each -> all.addAll(made(each)));
            streams.add(new Stream(
                    stream.name(),
                    session == null ? "" : session.id(),
                    nowNs - stream.createdNs(),
                    viewers.getOrDefault(stream.name(), 0),
                    all));
        }
        int publishers =
                (int) room.streams().stream().filter(sources::containsKey).count();
        int watching = viewers.values().stream().mapToInt(each -> each).sum();
        return new RoomReport(room.name(), publishers, watching, streams);
    }

    /** What is made of a track now. */
    private static List<SessionReport.Track> made(IncomingStreamTrack track) {
        List<SessionReport.Track> all = new ArrayList<>();
        for (Renditions.Rendition each : track.renditions().running()) {
            Counters counters = new Counters();
            each.addCounters(counters);
            String codec = each.track().source().formats().get(0).codec().encodingName();
            all.add(new SessionReport.Track(
                    null, track.kind().label(), codec, List.of(), counters.values(), null, List.of(), each.from()));
        }
        return all;
    }

    private static Map<String, Double> counters(IncomingStreamTrack track, long nowNs) {
        Counters counters = new Counters();
        var seen = track.source().snapshot();
        counters.add("packets", seen.packets());
        counters.add("bytes", seen.bytes());
        counters.add("lost", seen.lost());
        for (IncomingLayer layer : track.layers()) {
            counters.add("keyFrames", layer.keyFrames());
            counters.add("bitrateBps", layer.bitrateBps(nowNs));
            layer.addSize(counters);
        }
        return counters.values();
    }
}
