package io.mediatool.core.signalling.session;

import io.mediatool.core.server.outgoing.OutgoingStreamTrack;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One session with its statistics; a copy.
 *
 * @param state {@code offered} (our counter-offer waits for an answer), {@code checking}, {@code securing}, {@code connected} or {@code closed}
 * @param ageNs since it was opened
 * @param remote where its packets go and come from, null before the first verified check
 * @param trouble one line on what is missing while it is not connected, null when nothing is (field notes #51)
 * @param transport counters by name, as they appear in REST and metrics: {@code packetsReceived}, {@code bytesSent}, {@code rttMs} …
 */
public record SessionReport(
        String id,
        Session.Kind kind,
        String room,
        String stream,
        String client,
        String state,
        long ageNs,
        @Nullable String remote,
        @Nullable String trouble,
        Map<String, Double> transport,
        List<Track> tracks) {

    /**
     * @param mid null where the client has none
     * @param codec {@code VP8}, {@code H264}, {@code opus} …
     * @param layers simulcast layers that arrive, or the one that is sent
     * @param offered all simulcast and scalable layers of a publisher, those that do not arrive now with a bitrate of 0; empty for viewers
     * @param counters by name: {@code packets}, {@code bytes}, {@code lost}, {@code nacks}, {@code plis}, {@code retransmitted},
     *     {@code keyFrames}, {@code bitrateBps}, {@code width}, {@code height}, {@code jitterMs} … what applies
     * @param selection of what is sent to a viewer, and why; null where there is nothing to choose
     * @param transcodedFrom what this is made of, by the names of RFC 6381 where there are any ({@code mp4a.40.2}); null for what comes so
     */
    public record Track(
            @Nullable String mid,
            String kind,
            String codec,
            List<String> layers,
            Map<String, Double> counters,
            OutgoingStreamTrack.@Nullable Selection selection,
            List<Layer> offered,
            @Nullable String transcodedFrom) {}

    /**
     * What a viewer may choose.
     *
     * @param rid of simulcast, empty where there is one source
     * @param spatial 0 to 7 for scalable layers, −1 where there are none
     * @param temporal the same
     * @param bitrateBps over the last second, with all layers that it needs; 0 while it does not come
     * @param width of its pictures in pixels; 0 while unknown
     * @param height likewise
     */
    public record Layer(String rid, int spatial, int temporal, long bitrateBps, int width, int height) {
        /** Of unknown size. */
        public Layer(String rid, int spatial, int temporal, long bitrateBps) {
            this(rid, spatial, temporal, bitrateBps, 0, 0);
        }

        /** As reports name it: the rid, or {@code S1T2}. */
        public String name() {
            return rid.isEmpty() ? "S" + spatial + "T" + temporal : rid;
        }
    }
}
