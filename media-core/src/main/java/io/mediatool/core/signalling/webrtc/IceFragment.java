package io.mediatool.core.signalling.webrtc;

import io.mediatool.core.ice.IceCandidate;
import io.mediatool.core.ice.IceCredentials;
import io.mediatool.core.sdp.SdpAttribute;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * {@code application/trickle-ice-sdpfrag} (RFC 8840 §9): what WHIP and WHEP clients PATCH, for the one transport. With new
 * credentials it restarts ICE (RFC 9725 §4.3.3), else it trickles.
 *
 * @param mid of the first m-line; null where missing
 * @param ufrag of the generation that the candidates belong to; null where missing
 * @param credentials null unless there is a password as well
 * @param candidates those that could be read, at most 64; may be empty
 * @param endOfCandidates whether no more follow
 */
public record IceFragment(
        @Nullable String mid,
        @Nullable String ufrag,
        @Nullable IceCredentials credentials,
        List<IceCandidate> candidates,
        boolean endOfCandidates) {

    /** The media type. */
    public static final String MEDIA_TYPE = "application/trickle-ice-sdpfrag";

    private static final Pattern LINE_ENDS = Pattern.compile("[\r\n]+");

    public IceFragment {
        candidates = List.copyOf(candidates);
    }

    /**
     * Reads a fragment. What several m-lines say is taken together, the first credentials count: they share one transport.
     *
     * @throws RefusedOfferException {@code MALFORMED} when it holds nothing of ICE, or broken credentials
     */
    public static IceFragment read(String text) throws RefusedOfferException {
        if (text.length() > WebRtcOffer.MAX_SIZE) {
            throw RefusedOfferException.malformed(
                    "the fragment is larger than " + WebRtcOffer.MAX_SIZE + " characters");
        }
        OfferReader.requirePlainText(text, "fragment");
        List<SdpAttribute> attributes = new ArrayList<>();
        for (String line : LINE_ENDS.split(text)) {
            if (line.startsWith("a=")) {
                int colon = line.indexOf(':');
                attributes.add(
                        colon < 0
                                ? SdpAttribute.property(line.substring(2).strip())
                                : new SdpAttribute(
                                        line.substring(2, colon).strip(),
                                        line.substring(colon + 1).strip()));
            }
        }
        String ufrag = first(attributes, "ice-ufrag");
        String password = first(attributes, "ice-pwd");
        boolean end = first(attributes, "end-of-candidates") != null;
        boolean any = attributes.stream().anyMatch(each -> each.name().equals("candidate"));
        if (ufrag == null && !end && !any) {
            throw RefusedOfferException.malformed("the fragment holds neither candidates nor credentials");
        }
        IceCredentials credentials = password == null ? null : OfferReader.credentials(ufrag, password, "fragment");
        return new IceFragment(first(attributes, "mid"), ufrag, credentials, OfferReader.candidates(attributes), end);
    }

    private static @Nullable String first(List<SdpAttribute> attributes, String name) {
        List<String> values = MediaReader.values(attributes, name);
        return values.isEmpty() ? null : values.get(0);
    }

    /** Whether it brings other credentials than {@code current}, those of the peer so far. */
    public boolean restarts(IceCredentials current) {
        return credentials != null && !credentials.equals(current);
    }

    /** Whether it is of another generation than {@code current}, without being a restart: its candidates are stale. */
    public boolean isStale(IceCredentials current) {
        return credentials == null && ufrag != null && !ufrag.equals(current.ufrag());
    }

    /** The reply to a restart: our new credentials and all our candidates, for the m-lines of {@code answer}. */
    public static String write(Answer answer, LocalTransport local) {
        List<String> lines = new ArrayList<>(List.of("a=ice-lite", "a=ice-options:trickle"));
        String group = answer.description().attribute("group");
        if (group != null) {
            lines.add("a=group:" + group);
        }
        var media = answer.media().get(0);
        var description = answer.description().media().get(media.index());
        lines.add("m=" + media.kind().label() + " 9 " + description.protocol() + " "
                + description.formats().get(0));
        if (media.mid() != null) {
            lines.add("a=mid:" + Objects.requireNonNull(media.mid()));
        }
        List<SdpAttribute> attributes = new ArrayList<>(local.credentialLines());
        attributes.addAll(local.candidateLines());
        for (SdpAttribute each : attributes) {
            lines.add("a=" + each.name() + (each.value().isEmpty() ? "" : ":" + each.value()));
        }
        return String.join("\r\n", lines) + "\r\n";
    }
}
