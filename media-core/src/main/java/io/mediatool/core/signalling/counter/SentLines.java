package io.mediatool.core.signalling.counter;

import io.mediatool.core.codec.Codec;
import io.mediatool.core.codec.MediaKind;
import io.mediatool.core.codec.RtpFormat;
import io.mediatool.core.rtp.extension.RtpExtension;
import io.mediatool.core.sdp.SdpDirection;
import io.mediatool.core.signalling.offer.OfferLine;
import io.mediatool.core.signalling.webrtc.ExtensionMapping;
import io.mediatool.core.signalling.webrtc.Negotiation;
import io.mediatool.core.signalling.webrtc.RtpCodec;
import io.mediatool.core.signalling.webrtc.SentTrack;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** The m-lines of a counter-offer: an m-line for each track, in every format that it is sent in. */
final class SentLines {
    /** Their numbers are their places, from 1: the same for the same extension in every m-line (RFC 9143 §7.1.2). */
    private static final List<RtpExtension> EXTENSIONS = List.of(
            RtpExtension.MID,
            RtpExtension.ABS_SEND_TIME,
            RtpExtension.TRANSPORT_SEQUENCE,
            RtpExtension.ABS_CAPTURE_TIME,
            RtpExtension.AUDIO_LEVEL,
            RtpExtension.VIDEO_ORIENTATION,
            RtpExtension.PLAYOUT_DELAY,
            RtpExtension.DEPENDENCY_DESCRIPTOR);

    private static final Set<RtpExtension> NOT_OF_AUDIO =
            Set.of(RtpExtension.VIDEO_ORIENTATION, RtpExtension.PLAYOUT_DELAY, RtpExtension.DEPENDENCY_DESCRIPTOR);
    private static final Set<RtpExtension> NOT_OF_VIDEO = Set.of(RtpExtension.AUDIO_LEVEL);
    private static final List<String> VIDEO_FEEDBACK =
            List.of("nack", "nack pli", "ccm fir", "transport-cc", "goog-remb");
    private static final List<String> AUDIO_FEEDBACK = List.of("transport-cc");
    /** Payload types for what has none of its own, or one that is taken; below 35 they have meanings (RFC 3551 §6). */
    private static final int FIRST_FREE = 35;

    private static final int FIRST_LIKE_RTCP = 64; // RFC 5761 §4
    private static final int FIRST_DYNAMIC = 96;

    /** One space for all m-lines of a bundle (RFC 9143 §10.1.2). */
    private final Set<Integer> used = new HashSet<>();

    private SentLines() {}

    static List<OfferLine> of(List<SentTrack> tracks) {
        SentLines types = new SentLines();
        // What is sent keeps its payload types where it can; retransmissions take what is left.
        List<List<RtpFormat>> formats = tracks.stream().map(types::formats).toList();
        List<OfferLine> lines = new ArrayList<>();
        for (int i = 0; i < tracks.size(); i++) {
            lines.add(types.line(Integer.toString(i), tracks.get(i), formats.get(i)));
        }
        return lines;
    }

    /** What is sent, the present format first. Opus with its past is unwrapped for who takes Opus. */
    private List<RtpFormat> formats(SentTrack track) {
        List<RtpFormat> all = new ArrayList<>();
        for (RtpFormat sent : track.formats()) {
            RtpFormat format = sent.isRedundant() ? RtpFormat.of(Codec.OPUS, sent.payloadType()) : sent;
            Map<String, String> parameters = parameters(format);
            boolean known = all.stream()
                    .anyMatch(each -> each.codec() == format.codec()
                            && each.clockRate() == format.clockRate()
                            && each.channels() == format.channels()
                            && each.parameters().equals(parameters));
            if (!known && Negotiation.isForwarded(format.codec())) {
                int type = payloadType(format.payloadType());
                all.add(new RtpFormat(
                        format.codec(),
                        type,
                        format.encodingName(),
                        format.clockRate(),
                        format.channels(),
                        parameters));
            }
        }
        return all;
    }

    /** {@code wanted} where it is free, else another. There are more than any stream has formats. */
    private int payloadType(int wanted) {
        int type = wanted >= FIRST_LIKE_RTCP && wanted < FIRST_DYNAMIC ? FIRST_DYNAMIC : wanted;
        while (!used.add(type)) {
            type = type == 127 ? FIRST_FREE : type < FIRST_FREE ? FIRST_DYNAMIC : type + 1;
            type = type == FIRST_LIKE_RTCP ? FIRST_DYNAMIC : type;
        }
        return type;
    }

    private OfferLine line(String mid, SentTrack track, List<RtpFormat> formats) {
        boolean video = track.kind() == MediaKind.VIDEO;
        List<RtpCodec> codecs = new ArrayList<>();
        for (RtpFormat format : formats) {
            int type = format.payloadType();
            int rtx = video ? payloadType(type == 127 ? FIRST_DYNAMIC : type + 1) : RtpCodec.NO_RTX;
            codecs.add(new RtpCodec(format, rtx, video ? VIDEO_FEEDBACK : AUDIO_FEEDBACK));
        }
        return new OfferLine(mid, track.kind(), codecs, extensions(video), track.describe(video));
    }

    private static List<ExtensionMapping> extensions(boolean video) {
        Set<RtpExtension> without = video ? NOT_OF_VIDEO : NOT_OF_AUDIO;
        return EXTENSIONS.stream()
                .filter(each -> !without.contains(each))
                .map(each -> new ExtensionMapping(each, EXTENSIONS.indexOf(each) + 1, SdpDirection.SENDRECV))
                .toList();
    }

    /** Without what describes one moment of the publisher's stream; that the sound is stereo is said by the side that sends it. */
    private static Map<String, String> parameters(RtpFormat format) {
        Map<String, String> said = new TreeMap<>();
        format.parameters().forEach((key, value) -> {
            if (!key.startsWith("sprop-") && !key.equals("stereo")) {
                said.put(key, value);
            }
        });
        boolean stereo = format.parameter("sprop-stereo", "").equals("1")
                || format.parameter("stereo", "").equals("1");
        if (stereo) {
            said.put("sprop-stereo", "1");
        }
        return said;
    }
}
