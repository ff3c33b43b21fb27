package io.mediatool.core.signalling.webrtc;

import static io.mediatool.core.signalling.webrtc.RefusedOfferException.malformed;

import io.mediatool.core.codec.Codec;
import io.mediatool.core.codec.MediaKind;
import io.mediatool.core.codec.RtpFormat;
import io.mediatool.core.rtp.extension.RtpExtension;
import io.mediatool.core.sdp.MediaDescription;
import io.mediatool.core.sdp.RtpMap;
import io.mediatool.core.sdp.SdpAttribute;
import io.mediatool.core.sdp.SdpDirection;
import io.mediatool.core.sdp.SdpText;
import io.mediatool.core.sdp.SessionDescription;
import io.mediatool.core.signalling.SdpFormats;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads one m-line of an offer. */
final class MediaReader {
    /** Layers of a simulcast; nobody sends more than four. */
    static final int MAX_LAYERS = 16;

    private static final int MAX_SOURCES = 64;
    private static final Pattern MID = Pattern.compile("[!-~]{1,255}");
    private static final Pattern RID = Pattern.compile("[A-Za-z0-9_-]{1,255}");
    private static final Pattern PAYLOAD_TYPE = Pattern.compile("[0-9]{1,3}");
    private static final Pattern SSRC = Pattern.compile("[0-9]{1,10}");
    private static final Set<String> FEEDBACK = Set.of("nack", "nack pli", "ccm fir", "transport-cc", "goog-remb");
    private static final Set<String> PROTOCOLS =
            Set.of("UDP/TLS/RTP/SAVPF", "UDP/TLS/RTP/SAVP", "TCP/DTLS/RTP/SAVPF", "TCP/DTLS/RTP/SAVP", "RTP/SAVPF");

    private final MediaDescription medium;
    private final SessionDescription session;

    /**
     * An {@code a=rtcp-fb} line (RFC 4585 §4.2).
     *
     * @param payloadType as written; {@code *} for all
     */
    private record Feedback(String payloadType, String name) {}

    private MediaReader(MediaDescription medium, SessionDescription session) {
        this.medium = medium;
        this.session = session;
    }

    static OfferedMedia read(int index, MediaDescription medium, SessionDescription session)
            throws RefusedOfferException {
        return new MediaReader(medium, session).read(index);
    }

    static OfferedMedia bundled(OfferedMedia media, boolean bundled, List<ExtensionMapping> extensions) {
        return new OfferedMedia(
                media.index(),
                media.kind(),
                media.mid(),
                media.live(),
                bundled,
                media.codecs(),
                extensions,
                media.layers(),
                media.sources(),
                media.streamId(),
                media.trackId(),
                media.description());
    }

    private OfferedMedia read(int index) throws RefusedOfferException {
        String mid = medium.attribute("mid");
        if (mid != null && !MID.matcher(mid).matches()) {
            throw malformed("m-line " + index + " has a broken a=mid");
        }
        MediaKind kind = kind();
        // RFC 9143 §6: port 0 refuses, unless bundle-only says that there is no own port.
        boolean open = medium.port() != 0 || medium.attribute("bundle-only") != null;
        boolean live =
                kind != null && open && PROTOCOLS.contains(medium.protocol().toUpperCase(Locale.ROOT));
        String[] msid = SdpText.words(msid());
        return new OfferedMedia(
                index,
                kind,
                mid,
                live,
                false,
                kind == null ? List.of() : codecs(kind),
                extensions(),
                layers(index),
                sources(),
                msid[0].equals("-") ? "" : msid[0],
                msid.length > 1 ? msid[1] : "",
                medium);
    }

    private @Nullable MediaKind kind() {
        for (MediaKind kind : MediaKind.values()) {
            if (kind.label().equals(medium.kind())) {
                return kind;
            }
        }
        return null;
    }

    private String msid() {
        String own = medium.attribute("msid");
        if (own != null) {
            return own;
        }
        for (String value : values(medium.attributes(), "ssrc")) {
            int at = value.indexOf(" msid:"); // before RFC 8830
            if (at >= 0) {
                return value.substring(at + 6);
            }
        }
        return "";
    }

    private List<RtpCodec> codecs(MediaKind kind) {
        Map<Integer, Integer> rtx = new HashMap<>();
        for (RtpMap map : medium.rtpMaps().values()) {
            if (map.encodingName().equalsIgnoreCase("rtx")) {
                String apt = medium.parameters(map.payloadType()).getOrDefault("apt", "");
                if (PAYLOAD_TYPE.matcher(apt).matches()) {
                    rtx.putIfAbsent(Integer.parseInt(apt), map.payloadType());
                }
            }
        }
        List<Feedback> feedback = feedback();
        Map<Integer, RtpCodec> codecs = new LinkedHashMap<>();
        for (RtpFormat format : withRed(SdpFormats.read(medium).formats())) {
            int type = format.payloadType();
            boolean clash = type >= 64 && type < 96; // RFC 5761 §4: these look like RTCP
            if (Negotiation.isForwarded(format.codec()) && format.codec().kind() == kind && !clash) {
                int retransmitted = rtx.getOrDefault(type, RtpCodec.NO_RTX);
                codecs.putIfAbsent(type, new RtpCodec(format, retransmitted, feedback(type, feedback)));
            }
        }
        return List.copyOf(codecs.values());
    }

    /** RED is Opus with its past (RFC 2198), where the description has the Opus that it is made of: {@code a=fmtp:63 111/111}. */
    private List<RtpFormat> withRed(List<RtpFormat> formats) {
        List<RtpFormat> all = new ArrayList<>();
        for (int type : medium.payloadTypes()) {
            RtpMap map = medium.rtpMaps().get(type);
            boolean red = map != null && map.encodingName().equalsIgnoreCase("red");
            String inside =
                    red ? medium.formatParameters().getOrDefault(type, "").strip() : "";
            for (RtpFormat format : formats) {
                String each = String.valueOf(format.payloadType());
                if (format.payloadType() == type) {
                    all.add(format);
                } else if (red
                        && format.codec() == Codec.OPUS
                        && Arrays.stream(inside.split("/", -1)).allMatch(each::equals)) {
                    all.add(new RtpFormat(Codec.OPUS, type, "red", format.clockRate(), format.channels(), Map.of()));
                }
            }
        }
        return all;
    }

    /** What the medium says of all its payload types, of kinds that we know. */
    private List<Feedback> feedback() {
        List<Feedback> feedback = new ArrayList<>();
        for (String value : values(medium.attributes(), "rtcp-fb")) {
            List<String> words = List.of(SdpText.words(value));
            String name = String.join(" ", words.subList(1, words.size())).toLowerCase(Locale.ROOT);
            if (FEEDBACK.contains(name)) {
                feedback.add(new Feedback(words.get(0), name));
            }
        }
        return feedback;
    }

    private static List<String> feedback(int payloadType, List<Feedback> all) {
        String type = String.valueOf(payloadType);
        List<String> names = new ArrayList<>();
        for (Feedback each : all) {
            boolean meant = each.payloadType.equals("*") || each.payloadType.equals(type);
            if (meant && !names.contains(each.name)) {
                names.add(each.name);
            }
        }
        return names;
    }

    private List<ExtensionMapping> extensions() {
        Map<RtpExtension, ExtensionMapping> extensions = new LinkedHashMap<>();
        Set<Integer> ids = new HashSet<>();
        List<String> values = new ArrayList<>(values(session.attributes(), "extmap"));
        values.addAll(values(medium.attributes(), "extmap"));
        for (String value : values) {
            ExtensionMapping mapping = ExtensionMapping.read(value);
            if (mapping != null
                    && mapping.direction() != SdpDirection.INACTIVE
                    && !extensions.containsKey(mapping.extension())
                    && ids.add(mapping.id())) {
                extensions.put(mapping.extension(), mapping);
            }
        }
        return List.copyOf(extensions.values());
    }

    /** {@code a=simulcast:send l;~m,n;h}: layers between semicolons, of alternatives between commas the first. */
    private List<OfferedMedia.Layer> layers(int index) throws RefusedOfferException {
        String simulcast = medium.attribute("simulcast");
        String[] words = simulcast == null ? new String[0] : SdpText.words(simulcast);
        Map<String, OfferedMedia.Layer> layers = new LinkedHashMap<>();
        for (int i = 0; i + 1 < words.length; i += 2) {
            if (!words[i].equals("send")) {
                continue;
            }
            String sent =
                    words[i + 1].startsWith("rid=") ? words[i + 1].substring(4) : words[i + 1]; // drafts, Firefox 59
            for (String alternatives : sent.split(";")) {
                String first = alternatives.split(",", -1)[0];
                boolean paused = first.startsWith("~");
                String rid = paused ? first.substring(1) : first;
                String restrictions = restrictions(rid);
                if (restrictions == null || !RID.matcher(rid).matches()) {
                    throw malformed("m-line " + index + " sends a simulcast layer without its a=rid line");
                }
                layers.put(rid, new OfferedMedia.Layer(rid, paused, restrictions));
            }
        }
        if (layers.size() > MAX_LAYERS) {
            throw RefusedOfferException.unsupported("m-line " + index + " sends more than " + MAX_LAYERS + " layers");
        }
        return List.copyOf(layers.values());
    }

    /** What a=rid says of this sender's layer after the direction; null when there is no such line. */
    private @Nullable String restrictions(String rid) {
        for (String value : values(medium.attributes(), "rid")) {
            String[] words = SdpText.words(value, 3);
            if (words.length >= 2 && words[0].equals(rid) && words[1].equals("send")) {
                return words.length > 2 ? words[2] : "";
            }
        }
        return null;
    }

    private List<OfferedMedia.Source> sources() {
        Map<Long, String> names = new LinkedHashMap<>();
        for (String value : values(medium.attributes(), "ssrc")) {
            String[] words = SdpText.words(value, 2);
            long ssrc = ssrc(words[0]);
            if (ssrc >= 0 && (names.containsKey(ssrc) || names.size() < MAX_SOURCES)) {
                boolean named = words.length > 1 && words[1].startsWith("cname:");
                names.merge(ssrc, named ? words[1].substring(6) : "", (old, now) -> old.isEmpty() ? now : old);
            }
        }
        Map<Long, Long> retransmissions = new HashMap<>();
        for (String value : values(medium.attributes(), "ssrc-group")) {
            String[] words = SdpText.words(value);
            if (words.length == 3 && words[0].equals("FID") && names.containsKey(ssrc(words[1]))) {
                retransmissions.putIfAbsent(ssrc(words[1]), ssrc(words[2]));
            }
        }
        names.keySet().removeAll(retransmissions.values());
        List<OfferedMedia.Source> sources = new ArrayList<>();
        names.forEach((ssrc, name) -> sources.add(
                new OfferedMedia.Source(ssrc, retransmissions.getOrDefault(ssrc, OfferedMedia.Source.NO_RTX), name)));
        return sources;
    }

    /** The number, or -1 when it is no SSRC. */
    private static long ssrc(String digits) {
        long value = SSRC.matcher(digits).matches() ? Long.parseLong(digits) : -1;
        return value > 0xffff_ffffL ? -1 : value;
    }

    static List<String> values(List<SdpAttribute> attributes, String name) {
        return attributes.stream()
                .filter(each -> each.name().equals(name))
                .map(SdpAttribute::value)
                .toList();
    }
}
