package io.mediatool.core.dtls;

import io.mediatool.core.srtp.SrtpKeys;
import io.mediatool.core.srtp.SrtpProfile;
import java.io.IOException;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.ExporterLabel;
import org.bouncycastle.tls.TlsContext;
import org.bouncycastle.tls.TlsFatalAlert;
import org.jspecify.annotations.Nullable;

/** What a handshake comes to, filled by BouncyCastle's callbacks, which the two roles have alike (RFC 5764 §4). */
final class SrtpAgreement {
    private final DtlsRole role;
    private @Nullable SrtpProfile profile;
    private byte @Nullable [] exported;
    private boolean closed;

    SrtpAgreement(DtlsRole role) {
        this.role = role;
    }

    void choose(SrtpProfile chosen) {
        profile = chosen;
    }

    /** Null before the extension was read. */
    @Nullable SrtpProfile profile() {
        return profile;
    }

    /** When the handshake is complete: BouncyCastle forgets the secrets after it. */
    void export(TlsContext context) {
        SrtpProfile chosen = profile;
        if (chosen != null) {
            exported = context.exportKeyingMaterial(ExporterLabel.dtls_srtp, null, SrtpKeys.exporterBytes(chosen));
        }
    }

    /** After the handshake. */
    SrtpKeys keys() throws IOException {
        SrtpProfile chosen = profile;
        byte[] material = exported;
        if (chosen == null || material == null) {
            throw new TlsFatalAlert(AlertDescription.internal_error);
        }
        return SrtpKeys.ofExporter(chosen, material, role == DtlsRole.CLIENT);
    }

    void onAlert(short description) {
        closed |= description == AlertDescription.close_notify;
    }

    /** Whether the peer sent close_notify. */
    boolean isClosed() {
        return closed;
    }
}
