package io.mediatool.core.transport;

import io.mediatool.core.dtls.DtlsFingerprint;
import io.mediatool.core.dtls.DtlsRole;
import io.mediatool.core.ice.IceCredentials;
import java.util.List;

/**
 * What signalling has agreed for one peer.
 *
 * @param local our ICE credentials, unique on the port
 * @param role ours in DTLS
 * @param peer fingerprints of the peer's certificate, at least one
 */
public record TransportSetup(IceCredentials local, DtlsRole role, List<DtlsFingerprint> peer) {
    public TransportSetup {
        peer = List.copyOf(peer);
        if (peer.isEmpty()) {
            throw new IllegalArgumentException("a peer without fingerprint could be anybody");
        }
    }
}
