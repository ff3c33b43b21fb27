package io.mediatool.core.signalling.webrtc;

import io.mediatool.core.dtls.DtlsFingerprint;
import io.mediatool.core.ice.IceCandidate;
import io.mediatool.core.ice.IceCredentials;
import io.mediatool.core.sdp.SdpAttribute;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Our side of a session's transport.
 *
 * @param sessionId of the origin line, 0 or above; the same for the same session
 * @param ice our credentials, new for each session
 * @param fingerprint of our certificate
 * @param candidates all of them, the one to be tried first first. Host candidates over UDP come before others in what is
 *     written: FFmpeg takes the first of them and no other
 */
public record LocalTransport(
        long sessionId, IceCredentials ice, DtlsFingerprint fingerprint, List<IceCandidate> candidates) {

    public LocalTransport {
        candidates = candidates.stream()
                .sorted(Comparator.comparing(LocalTransport::isUdpHost).reversed()) // stable: the rest as given
                .toList();
    }

    private static boolean isUdpHost(IceCandidate candidate) {
        return candidate.transport().equals("udp") && candidate.type().equals("host");
    }

    /** {@code a=ice-ufrag} and {@code a=ice-pwd}. */
    public List<SdpAttribute> credentialLines() {
        return List.of(new SdpAttribute("ice-ufrag", ice.ufrag()), new SdpAttribute("ice-pwd", ice.password()));
    }

    /** All candidates, and that none will follow. */
    public List<SdpAttribute> candidateLines() {
        List<SdpAttribute> lines = new ArrayList<>();
        for (IceCandidate candidate : candidates) {
            String text = candidate.toSdp();
            lines.add(new SdpAttribute("candidate", text.substring("candidate:".length())));
        }
        lines.add(SdpAttribute.property("end-of-candidates"));
        return lines;
    }
}
