package io.mediatool.core.signalling.counter;

import io.mediatool.core.codec.Codec;
import io.mediatool.core.codec.MediaKind;
import io.mediatool.core.codec.RtpFormat;
import io.mediatool.core.ice.IceCandidate;
import io.mediatool.core.rtp.extension.RtpExtension;
import io.mediatool.core.sdp.MediaDescription;
import io.mediatool.core.sdp.RtpMap;
import io.mediatool.core.sdp.SdpAttribute;
import io.mediatool.core.sdp.SdpConnection;
import io.mediatool.core.sdp.SdpDirection;
import io.mediatool.core.sdp.SessionDescription;
import io.mediatool.core.signalling.webrtc.LocalTransport;
import io.mediatool.core.signalling.webrtc.Negotiation;
import io.mediatool.core.signalling.webrtc.SentTrack;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** Puts a counter-offer in lines (RFC 9429 §5.2.1): everything in one bundle, sent only. */
final class OfferWriter {
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
    private static final int NO_PORT = 9;

    private final LocalTransport local;
    /** One space for all m-lines of a bundle (RFC 9143 §10.1.2). */
    private final Set<Integer> used = new HashSet<>();

    OfferWriter(LocalTransport local) {
        this.local = local;
    }

    SessionDescription write(List<SentTrack> tracks) {
        List<Map<Integer, RtpFormat>> formats =
                tracks.stream().map(this::formats).toList();
        List<MediaDescription> media = new ArrayList<>();
        List<String> mids = new ArrayList<>();
        for (int i = 0; i < tracks.size(); i++) {
            media.add(medium(i, tracks.get(i), formats.get(i)));
            mids.add(Integer.toString(i));
        }
        List<SdpAttribute> attributes = List.of(
                new SdpAttribute("group", "BUNDLE " + String.join(" ", mids)),
                SdpAttribute.property("ice-lite"),
                new SdpAttribute("ice-options", "trickle"),
                SdpAttribute.property("extmap-allow-mixed"));
        String id = Long.toUnsignedString(local.sessionId());
        return new SessionDescription("mediatool", "- " + id + " 1 IN IP4 127.0.0.1", null, attributes, media);
    }

    /** What is sent, by payload type, the present format first. Opus with its past is unwrapped for who takes Opus. */
    private Map<Integer, RtpFormat> formats(SentTrack track) {
        Map<Integer, RtpFormat> all = new LinkedHashMap<>();
        for (RtpFormat sent : track.formats()) {
            RtpFormat format = sent.isRedundant() ? RtpFormat.of(Codec.OPUS, sent.payloadType()) : sent;
            boolean known = all.values().stream()
                    .anyMatch(each -> each.codec() == format.codec()
                            && each.clockRate() == format.clockRate()
                            && each.channels() == format.channels()
                            && each.parameters().equals(format.parameters()));
            if (!known && Negotiation.isForwarded(format.codec())) {
                all.put(payloadType(format.payloadType()), format);
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

    private MediaDescription medium(int index, SentTrack track, Map<Integer, RtpFormat> formats) {
        boolean video = track.kind() == MediaKind.VIDEO;
        List<String> types = new ArrayList<>();
        SortedMap<Integer, RtpMap> maps = new TreeMap<>();
        SortedMap<Integer, String> parameters = new TreeMap<>();
        List<SdpAttribute> attributes = new ArrayList<>(transport(index));
        attributes.addAll(extensions(video));
        formats.forEach((type, format) -> {
            types.add(type.toString());
            maps.put(type, new RtpMap(type, format.encodingName(), format.clockRate(), format.channels()));
            String text = parameters(format);
            if (!text.isEmpty()) {
                parameters.put(type, text);
            }
            for (String feedback : video ? VIDEO_FEEDBACK : AUDIO_FEEDBACK) {
                attributes.add(new SdpAttribute("rtcp-fb", type + " " + feedback));
            }
        });
        if (video) {
            formats.forEach((type, format) -> {
                int rtx = payloadType(type == 127 ? FIRST_DYNAMIC : type + 1);
                types.add(Integer.toString(rtx));
                maps.put(rtx, new RtpMap(rtx, "rtx", format.clockRate(), 1));
                parameters.put(rtx, "apt=" + type);
            });
        }
        attributes.addAll(track.describe(video));
        if (index == 0) {
            attributes.addAll(local.candidateLines());
        }
        IceCandidate first =
                local.candidates().isEmpty() ? null : local.candidates().get(0);
        boolean known = first != null && first.address() != null;
        return new MediaDescription(
                track.kind().label(),
                first != null && known ? first.port() : NO_PORT,
                1,
                "UDP/TLS/RTP/SAVPF",
                types,
                maps,
                parameters,
                SdpConnection.of(first != null && known ? first.host() : "0.0.0.0"),
                SdpDirection.SENDONLY,
                null,
                new TreeMap<>(),
                attributes);
    }

    private List<SdpAttribute> transport(int mid) {
        List<SdpAttribute> lines = new ArrayList<>();
        lines.add(new SdpAttribute("mid", Integer.toString(mid)));
        lines.addAll(local.credentialLines());
        lines.add(new SdpAttribute("fingerprint", local.fingerprint().toString()));
        lines.add(new SdpAttribute("setup", "actpass"));
        for (String property : List.of("rtcp-mux", "rtcp-mux-only", "rtcp-rsize")) {
            lines.add(SdpAttribute.property(property));
        }
        return lines;
    }

    private static List<SdpAttribute> extensions(boolean video) {
        Set<RtpExtension> without = video ? NOT_OF_VIDEO : NOT_OF_AUDIO;
        return EXTENSIONS.stream()
                .filter(each -> !without.contains(each))
                .map(each -> new SdpAttribute("extmap", (EXTENSIONS.indexOf(each) + 1) + " " + each.uri()))
                .toList();
    }

    /** Without what describes one moment of the publisher's stream; that the sound is stereo is said by the side that sends it. */
    private static String parameters(RtpFormat format) {
        List<String> words = new ArrayList<>();
        format.parameters().forEach((key, value) -> {
            if (!key.startsWith("sprop-") && !key.equals("stereo")) {
                words.add(value.isEmpty() ? key : key + "=" + value);
            }
        });
        boolean stereo = format.parameter("sprop-stereo", "").equals("1")
                || format.parameter("stereo", "").equals("1");
        if (stereo) {
            words.add("sprop-stereo=1");
        }
        return String.join(";", words);
    }
}
