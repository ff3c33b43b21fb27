package io.mediatool.core.signalling.webrtc;

import io.mediatool.core.dtls.DtlsFingerprint;
import io.mediatool.core.dtls.DtlsRole;
import io.mediatool.core.ice.IceCandidate;
import io.mediatool.core.ice.IceCredentials;
import java.util.List;

/**
 * The peer's side of the one transport: that of the BUNDLE-tagged m-line (RFC 9143 §7.1.3), whatever the others say.
 *
 * @param ice its credentials
 * @param iceOptions the words of {@code a=ice-options}
 * @param fingerprints of its certificate, at least one, SHA-256 or stronger; one of them has to match
 * @param setup who may say ClientHello
 * @param candidates those already known; empty for clients that wait to be learnt (OBS)
 * @param endOfCandidates whether none will follow
 */
public record PeerTransport(
        IceCredentials ice,
        List<String> iceOptions,
        List<DtlsFingerprint> fingerprints,
        Setup setup,
        List<IceCandidate> candidates,
        boolean endOfCandidates) {

    /** {@code a=setup} of an offer (RFC 8842 §5.2). */
    public enum Setup {
        ACTPASS,
        ACTIVE,
        PASSIVE;

        /** Our part: the server wherever the peer lets us, so that it makes the first move and we answer proven addresses only. */
        public DtlsRole ourRole() {
            return this == PASSIVE ? DtlsRole.CLIENT : DtlsRole.SERVER;
        }
    }

    public PeerTransport {
        iceOptions = List.copyOf(iceOptions);
        fingerprints = List.copyOf(fingerprints);
        candidates = List.copyOf(candidates);
    }
}
