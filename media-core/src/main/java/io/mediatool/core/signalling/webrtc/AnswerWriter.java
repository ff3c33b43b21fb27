package io.mediatool.core.signalling.webrtc;

import io.mediatool.core.dtls.DtlsRole;
import io.mediatool.core.ice.IceCandidate;
import io.mediatool.core.sdp.MediaDescription;
import io.mediatool.core.sdp.RtpMap;
import io.mediatool.core.sdp.SdpAttribute;
import io.mediatool.core.sdp.SdpConnection;
import io.mediatool.core.sdp.SdpDirection;
import io.mediatool.core.sdp.SessionDescription;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Puts an answer in lines. Credentials, fingerprint and setup stand in every accepted m-line although RFC 9143 §7.1.3 asks for
 * the tagged one only: all SFUs write them so, all clients read them, and some read nothing else.
 */
final class AnswerWriter {
    private static final String ANYWHERE = "0.0.0.0";
    /** Discard: the port of those who tell it by candidates (RFC 8840 §4.1.1). */
    private static final int NO_PORT = 9;

    private final WebRtcOffer offer;
    private final LocalTransport local;
    private final DtlsRole role;
    private final boolean lite;
    private final SdpConnection connection;
    private final int port;

    private AnswerWriter(WebRtcOffer offer, LocalTransport local, DtlsRole role, boolean lite) {
        this.offer = offer;
        this.local = local;
        this.role = role;
        this.lite = lite;
        // RFC 8839 §4.3.1.2: the default candidate, in case nobody asks for others.
        IceCandidate first =
                local.candidates().isEmpty() ? null : local.candidates().get(0);
        boolean known = first != null && first.address() != null;
        this.port = first != null && known ? first.port() : NO_PORT;
        this.connection = SdpConnection.of(first != null && known ? first.host() : ANYWHERE);
    }

    /** As a server. */
    static Answer answer(WebRtcOffer offer, LocalTransport local, List<Answer.Media> accepted) {
        DtlsRole role = offer.transport().setup().ourRole();
        return new Answer(new AnswerWriter(offer, local, role, true).session(accepted), role, accepted);
    }

    /** As a client: full ICE, and ClientHello is ours where the server lets us (RFC 8842 §5.3). */
    static Answer clientAnswer(WebRtcOffer offer, LocalTransport local, List<Answer.Media> accepted) {
        DtlsRole role = offer.transport().setup() == PeerTransport.Setup.ACTIVE ? DtlsRole.SERVER : DtlsRole.CLIENT;
        return new Answer(new AnswerWriter(offer, local, role, false).session(accepted), role, accepted);
    }

    private SessionDescription session(List<Answer.Media> accepted) {
        List<SdpAttribute> attributes = new ArrayList<>();
        String mids = accepted.stream()
                .map(Answer.Media::mid)
                .filter(Objects::nonNull)
                .collect(Collectors.joining(" "));
        boolean bundle = offer.description().attributes().stream()
                .anyMatch(each -> each.name().equals("group") && each.value().startsWith("BUNDLE"));
        if (bundle && !mids.isEmpty()) {
            attributes.add(new SdpAttribute("group", "BUNDLE " + mids));
        }
        if (lite) {
            attributes.add(SdpAttribute.property("ice-lite"));
        }
        attributes.add(new SdpAttribute("ice-options", "trickle"));
        if (offer.description().attribute("extmap-allow-mixed") != null) {
            attributes.add(SdpAttribute.property("extmap-allow-mixed"));
        }
        List<MediaDescription> media = new ArrayList<>();
        for (OfferedMedia offered : offer.media()) {
            Answer.Media answered = accepted.stream()
                    .filter(each -> each.index() == offered.index())
                    .findFirst()
                    .orElse(null);
            boolean first =
                    answered != null && answered.index() == accepted.get(0).index();
            media.add(answered == null ? refused(offered) : accepted(offered, answered, first));
        }
        String id = Long.toUnsignedString(local.sessionId());
        return new SessionDescription("mediatool", "- " + id + " 1 IN IP4 127.0.0.1", null, attributes, media);
    }

    /** Port 0 (RFC 3264 §6). */
    private static MediaDescription refused(OfferedMedia offered) {
        MediaDescription asked = offered.description();
        String mid = offered.mid();
        return new MediaDescription(
                asked.kind(),
                0,
                1,
                asked.protocol(),
                asked.formats(),
                new TreeMap<>(),
                new TreeMap<>(),
                SdpConnection.of(ANYWHERE),
                SdpDirection.INACTIVE,
                null,
                new TreeMap<>(),
                mid == null ? List.of() : List.of(new SdpAttribute("mid", mid)));
    }

    private MediaDescription accepted(OfferedMedia offered, Answer.Media answered, boolean first) {
        MediaDescription asked = offered.description();
        List<String> formats = new ArrayList<>();
        SortedMap<Integer, RtpMap> maps = new TreeMap<>();
        SortedMap<Integer, String> parameters = new TreeMap<>();
        for (RtpCodec codec : answered.codecs()) {
            int type = codec.format().payloadType();
            formats.add(String.valueOf(type));
            RtpMap map = asked.rtpMaps().get(type);
            maps.put(type, map != null ? map : mapOf(codec));
            String text = parameters(asked, codec, answered);
            if (!text.isEmpty()) {
                parameters.put(type, text);
            }
            RtpMap rtx = asked.rtpMaps().get(codec.rtxPayloadType());
            if (rtx != null) {
                formats.add(String.valueOf(rtx.payloadType()));
                maps.put(rtx.payloadType(), rtx);
                parameters.put(rtx.payloadType(), "apt=" + type);
            }
        }
        return new MediaDescription(
                asked.kind(),
                port,
                1,
                asked.protocol(),
                formats,
                maps,
                parameters,
                connection,
                answered.direction(),
                null,
                new TreeMap<>(),
                attributes(offered, answered, first));
    }

    private static RtpMap mapOf(RtpCodec codec) {
        var format = codec.format();
        return new RtpMap(format.payloadType(), format.encodingName(), format.clockRate(), format.channels());
    }

    /** As offered, without what describes the offering side's own stream (sprop-…). Stereo is said to the side that sends it. */
    private static String parameters(MediaDescription asked, RtpCodec codec, Answer.Media answered) {
        String offered = asked.formatParameters().getOrDefault(codec.format().payloadType(), "");
        if (codec.format().isRedundant()) {
            return offered; // RFC 2198 §5: payload types and nothing else
        }
        List<String> words = new ArrayList<>();
        for (String word : offered.split(";")) {
            String text = word.strip();
            String key = text.toLowerCase(Locale.ROOT);
            if (!text.isEmpty() && !key.startsWith("sprop-") && !key.startsWith("stereo=")) {
                words.add(text);
            }
        }
        SentTrack track = answered.track();
        if (track == null) {
            boolean wide = codec.format().parameter("sprop-stereo", "").equals("1")
                    || codec.format().parameter("stereo", "").equals("1");
            if (wide) {
                words.add("stereo=1");
            }
        } else if (isStereo(track)) {
            words.add("sprop-stereo=1");
        }
        return String.join(";", words);
    }

    private static boolean isStereo(SentTrack track) {
        return track.formats().stream()
                .anyMatch(each -> each.parameter("sprop-stereo", "").equals("1")
                        || each.parameter("stereo", "").equals("1"));
    }

    private List<SdpAttribute> attributes(OfferedMedia offered, Answer.Media answered, boolean first) {
        List<SdpAttribute> lines = new ArrayList<>();
        add(lines, "mid", answered.mid());
        lines.addAll(local.credentialLines());
        add(lines, "fingerprint", local.fingerprint().toString());
        add(lines, "setup", role == DtlsRole.CLIENT ? "active" : "passive");
        lines.add(SdpAttribute.property("rtcp-mux"));
        for (String property : List.of("rtcp-rsize", "extmap-allow-mixed")) {
            if (offered.has(property)) {
                lines.add(SdpAttribute.property(property));
            }
        }
        answered.extensions().forEach(each -> lines.add(each.toSdp()));
        for (RtpCodec codec : answered.codecs()) {
            int type = codec.format().payloadType();
            codec.feedback().forEach(each -> add(lines, "rtcp-fb", type + " " + each));
        }
        SentTrack track = answered.track();
        if (track != null) {
            lines.addAll(track.describe(answered.codecs().stream().anyMatch(RtpCodec::hasRtx)));
        }
        addLayers(lines, answered);
        if (first) {
            lines.addAll(local.candidateLines());
        }
        return lines;
    }

    /** Every layer; of payload types that it names those that are kept (RFC 8851 §6.2). */
    private static void addLayers(List<SdpAttribute> lines, Answer.Media answered) {
        if (answered.layers().isEmpty()) {
            return;
        }
        Set<String> kept = answered.codecs().stream()
                .map(each -> String.valueOf(each.format().payloadType()))
                .collect(Collectors.toSet());
        for (OfferedMedia.Layer layer : answered.layers()) {
            List<String> words = new ArrayList<>();
            for (String word : layer.restrictions().split(";")) {
                String text = word.strip();
                if (text.startsWith("pt=")) {
                    String types = List.of(text.substring(3).split(",")).stream()
                            .filter(kept::contains)
                            .collect(Collectors.joining(","));
                    text = types.isEmpty() ? "" : "pt=" + types;
                }
                if (!text.isEmpty()) {
                    words.add(text);
                }
            }
            add(lines, "rid", layer.rid() + " recv" + (words.isEmpty() ? "" : " " + String.join(";", words)));
        }
        String rids = answered.layers().stream().map(OfferedMedia.Layer::rid).collect(Collectors.joining(";"));
        add(lines, "simulcast", "recv " + rids);
    }

    private static void add(List<SdpAttribute> lines, String name, @Nullable String value) {
        if (value != null) {
            lines.add(new SdpAttribute(name, value));
        }
    }
}
