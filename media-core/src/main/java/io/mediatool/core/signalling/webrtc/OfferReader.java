package io.mediatool.core.signalling.webrtc;

import static io.mediatool.core.signalling.webrtc.RefusedOfferException.malformed;
import static io.mediatool.core.signalling.webrtc.RefusedOfferException.unsupported;

import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.dtls.DtlsFingerprint;
import io.mediatool.core.ice.IceCandidate;
import io.mediatool.core.ice.IceCredentials;
import io.mediatool.core.rtp.extension.RtpExtension;
import io.mediatool.core.sdp.MediaDescription;
import io.mediatool.core.sdp.ParsedSdp;
import io.mediatool.core.sdp.SdpAttribute;
import io.mediatool.core.sdp.SdpParser;
import io.mediatool.core.sdp.SdpText;
import io.mediatool.core.sdp.SessionDescription;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads the session part of an offer or answer: which m-lines share the transport, and what the peer's side of it is. */
final class OfferReader {
    /** Candidates, fingerprints or ice-options kept; browsers send up to 20 candidates. */
    private static final int MAX_EACH = 64;

    private static final Pattern BETWEEN_OPTIONS = Pattern.compile("[\\s,]+");

    private final SessionDescription session;
    private final Set<String> group;
    private final String what;

    private OfferReader(SessionDescription session, String what) {
        this.session = session;
        this.group = group(session);
        this.what = what;
    }

    /** @param what {@code offer}, {@code answer} or {@code counter-offer} */
    static WebRtcOffer read(String text, String what) throws RefusedOfferException {
        if (text.length() > WebRtcOffer.MAX_SIZE) {
            throw malformed("the " + what + " is larger than " + WebRtcOffer.MAX_SIZE + " characters");
        }
        requirePlainText(text, what);
        ParsedSdp parsed;
        try {
            parsed = SdpParser.parse(text);
        } catch (MalformedException e) {
            throw malformed("the " + what + " is no usable session description: " + e.reason());
        }
        if (parsed.ignoredMedia() > 0) {
            throw malformed("the " + what + " has a broken m= line"
                    + (parsed.warnings().isEmpty()
                            ? ""
                            : " (" + parsed.warnings().get(0) + ")"));
        }
        return new OfferReader(parsed.description(), what).offer();
    }

    /** Nothing that would make a line of its own when it is echoed. */
    static void requirePlainText(String text, String what) throws RefusedOfferException {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < ' ' && c != '\t' && c != '\r' && c != '\n') {
                throw malformed("the " + what + " holds a control character");
            }
        }
    }

    private static Set<String> group(SessionDescription session) {
        for (SdpAttribute attribute : session.attributes()) {
            if (attribute.name().equals("group")) {
                List<String> words = List.of(SdpText.words(attribute.value()));
                if (words.get(0).equals("BUNDLE")) {
                    return new LinkedHashSet<>(words.subList(1, words.size()));
                }
            }
        }
        return Set.of();
    }

    private WebRtcOffer offer() throws RefusedOfferException {
        Set<String> mids = new HashSet<>();
        List<OfferedMedia> media = new ArrayList<>();
        for (MediaDescription description : session.media()) {
            OfferedMedia read = MediaReader.read(media.size(), description, session);
            String mid = read.mid();
            if (mid != null && !mids.add(mid)) {
                throw malformed("two m-lines have the mid " + WebRtcOffer.shown(mid));
            }
            media.add(read);
        }
        OfferedMedia tagged = tagged(media);
        if (tagged == null) {
            throw unsupported("the " + what + " has no audio or video m-line over DTLS-SRTP (UDP/TLS/RTP/SAVPF)");
        }
        List<OfferedMedia> bundled = new ArrayList<>();
        Map<Integer, RtpExtension> meanings = new HashMap<>();
        for (OfferedMedia each : media) {
            boolean shares = each.index() == tagged.index() || group.contains(String.valueOf(each.mid()));
            bundled.add(MediaReader.bundled(each, shares, unambiguous(each, meanings)));
        }
        return new WebRtcOffer(transport(tagged.description()), bundled, session);
    }

    /**
     * The extensions whose numbers mean the same in all m-lines (RFC 9143 §12); of two meanings the first stays. aiortc 1.4 offers 2 for the
     * level of sound and for the time of pictures, and breaks down when it is sent either.
     *
     * @param meanings of the m-lines before
     */
    private static List<ExtensionMapping> unambiguous(OfferedMedia media, Map<Integer, RtpExtension> meanings) {
        if (!media.live()) {
            return media.extensions();
        }
        List<ExtensionMapping> kept = new ArrayList<>();
        for (ExtensionMapping each : media.extensions()) {
            if (meanings.computeIfAbsent(each.id(), id -> each.extension()) == each.extension()) {
                kept.add(each);
            }
        }
        return kept;
    }

    /** The m-line that the BUNDLE group names first and that we can take; without a group the first live one. */
    private @Nullable OfferedMedia tagged(List<OfferedMedia> media) {
        for (String mid : group) {
            for (OfferedMedia each : media) {
                if (each.live() && mid.equals(each.mid())) {
                    return each;
                }
            }
        }
        return media.stream().filter(OfferedMedia::live).findFirst().orElse(null);
    }

    private PeerTransport transport(MediaDescription tagged) throws RefusedOfferException {
        if (session.attribute("ice-lite") != null && what.equals("offer")) {
            throw unsupported("the offer is ice-lite as this server is: nobody would send checks");
        }
        // The first m-line of the group speaks for all, also where it is data channels, which we refuse.
        MediaDescription first = first(tagged);
        List<DtlsFingerprint> fingerprints = new ArrayList<>();
        List<String> written = values(first, "fingerprint");
        for (String value : written) {
            DtlsFingerprint fingerprint = DtlsFingerprint.parse(value);
            if (fingerprint != null && fingerprints.size() < MAX_EACH) {
                fingerprints.add(fingerprint);
            }
        }
        if (fingerprints.isEmpty()) {
            throw malformed(
                    written.isEmpty()
                            ? "the " + what + " has no a=fingerprint: media must be encrypted"
                            : "the " + what + " has no a=fingerprint of sha-256, sha-384 or sha-512");
        }
        List<String> options = new ArrayList<>();
        values(first, "ice-options").forEach(value -> options.addAll(List.of(BETWEEN_OPTIONS.split(value))));
        return new PeerTransport(
                credentials(first),
                options.subList(0, Math.min(options.size(), MAX_EACH)),
                fingerprints,
                setup(first),
                candidates(first.attributes()),
                !values(first, "end-of-candidates").isEmpty());
    }

    /** The m-line with the transport's lines: the group's very first one, unless it is refused or says nothing. */
    private MediaDescription first(MediaDescription tagged) {
        for (String mid : group) {
            for (MediaDescription each : session.media()) {
                if (mid.equals(each.attribute("mid")) && each.attribute("ice-ufrag") != null && each.port() != 0) {
                    return each;
                }
            }
        }
        return tagged;
    }

    private IceCredentials credentials(MediaDescription medium) throws RefusedOfferException {
        return credentials(value(medium, "ice-ufrag"), value(medium, "ice-pwd"), what);
    }

    static IceCredentials credentials(@Nullable String ufrag, @Nullable String password, String what)
            throws RefusedOfferException {
        if (ufrag == null || password == null) {
            throw malformed("the " + what + " has no " + (ufrag == null ? "a=ice-ufrag" : "a=ice-pwd"));
        }
        try {
            return new IceCredentials(ufrag, password);
        } catch (IllegalArgumentException e) {
            throw malformed("the " + what + "'s a=ice-ufrag or a=ice-pwd has a wrong length or strange characters");
        }
    }

    private PeerTransport.Setup setup(MediaDescription medium) throws RefusedOfferException {
        String value = value(medium, "setup");
        if (value == null) {
            return PeerTransport.Setup.ACTIVE; // RFC 4145 §4: what an offer without it means
        }
        return switch (value.toLowerCase(Locale.ROOT)) {
            case "actpass" -> PeerTransport.Setup.ACTPASS;
            case "active" -> PeerTransport.Setup.ACTIVE;
            case "passive" -> PeerTransport.Setup.PASSIVE;
            default ->
                throw malformed("the " + what + "'s a=setup is " + WebRtcOffer.shown(value)
                        + ", not actpass, active or passive");
        };
    }

    /** Broken candidates are left out, as unknown transports are (RFC 9725 §4.3.1). */
    static List<IceCandidate> candidates(List<SdpAttribute> attributes) {
        List<IceCandidate> candidates = new ArrayList<>();
        for (SdpAttribute attribute : attributes) {
            if (attribute.name().equals("candidate") && candidates.size() < MAX_EACH) {
                IceCandidate candidate = IceCandidate.parse(attribute.value());
                if (candidate != null) {
                    candidates.add(candidate);
                }
            }
        }
        return candidates;
    }

    private @Nullable String value(MediaDescription medium, String name) {
        String own = medium.attribute(name);
        return own != null ? own : session.attribute(name);
    }

    /** Of the medium, or of the session when it has none: FFmpeg and Firefox write them there. */
    private List<String> values(MediaDescription medium, String name) {
        List<String> own = MediaReader.values(medium.attributes(), name);
        return own.isEmpty() ? MediaReader.values(session.attributes(), name) : own;
    }
}
