package io.mediatool.core.signalling.webrtc;

import io.mediatool.core.codec.MediaKind;
import io.mediatool.core.codec.RtpFormat;
import io.mediatool.core.dtls.DtlsRole;
import io.mediatool.core.sdp.SdpDirection;
import io.mediatool.core.sdp.SdpWriter;
import io.mediatool.core.sdp.SessionDescription;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What was agreed, and the description that says so.
 *
 * @param description as many m-lines as the offer
 * @param role ours in the DTLS handshake
 * @param media the m-lines that were accepted, in order
 */
public record Answer(SessionDescription description, DtlsRole role, List<Media> media) {

    /**
     * An accepted m-line.
     *
     * @param index its place in the offer
     * @param mid null where the offer has none
     * @param direction ours: {@code RECVONLY} from publishers, {@code SENDONLY} to viewers, {@code INACTIVE} where the room
     *     has nothing for it
     * @param codecs with the offer's payload types, best first
     * @param extensions with the offer's ids, directions as we see them
     * @param layers simulcast layers of the publisher, all of them
     * @param sources SSRCs that the publisher announced
     * @param track what the viewer is sent here
     * @param payloadTypes from the payload types of {@code track}'s formats to the viewer's; those missing cannot be sent
     */
    public record Media(
            int index,
            @Nullable String mid,
            MediaKind kind,
            SdpDirection direction,
            List<RtpCodec> codecs,
            List<ExtensionMapping> extensions,
            List<OfferedMedia.Layer> layers,
            List<OfferedMedia.Source> sources,
            @Nullable SentTrack track,
            Map<Integer, Integer> payloadTypes) {

        public Media {
            codecs = List.copyOf(codecs);
            extensions = List.copyOf(extensions);
            layers = List.copyOf(layers);
            sources = List.copyOf(sources);
            payloadTypes = Map.copyOf(payloadTypes);
        }

        /** The viewer's payload type that plays {@code sent}, or null when none of those agreed on does. */
        public @Nullable RtpCodec codecFor(RtpFormat sent) {
            return FormatMatch.best(sent, codecs);
        }
    }

    public Answer {
        media = List.copyOf(media);
    }

    /** The answer as {@code application/sdp}. */
    public String text() {
        return SdpWriter.write(description);
    }
}
