package io.mediatool.core.dtls;

import io.mediatool.core.srtp.SrtpProfile;
import java.io.IOException;
import java.util.Hashtable;
import java.util.Vector;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.Certificate;
import org.bouncycastle.tls.CertificateRequest;
import org.bouncycastle.tls.ClientCertificateType;
import org.bouncycastle.tls.DTLSServerProtocol;
import org.bouncycastle.tls.DTLSTransport;
import org.bouncycastle.tls.DatagramTransport;
import org.bouncycastle.tls.DefaultTlsServer;
import org.bouncycastle.tls.ProtocolVersion;
import org.bouncycastle.tls.TlsCredentials;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.TlsSRTPUtils;
import org.bouncycastle.tls.TlsUtils;
import org.bouncycastle.tls.UseSRTPData;

/** The passive side. */
final class SrtpServer extends DefaultTlsServer implements SrtpPeer {
    private final DtlsIdentity identity;
    private final SrtpAgreement agreement = new SrtpAgreement(DtlsRole.SERVER);

    SrtpServer(DtlsIdentity identity) {
        super(identity.crypto());
        this.identity = identity;
    }

    @Override
    public DTLSTransport shakeHands(DatagramTransport transport) throws IOException {
        // No cookie round: ICE has shown that the client is where it says.
        return new Protocol().accept(this, transport);
    }

    /** BouncyCastle makes room for what a list says that it has before it looks whether there is any. */
    private static final class Protocol extends DTLSServerProtocol {
        @Override
        protected void processClientCertificate(ServerHandshakeState state, byte[] body) throws IOException {
            DtlsCrypto.HandshakeLengths.checkCertificates(body);
            super.processClientCertificate(state, body);
        }

        @Override
        protected void processClientSupplementalData(ServerHandshakeState state, byte[] body) throws IOException {
            throw new TlsFatalAlert(AlertDescription.unexpected_message, "nobody asked for supplemental data");
        }
    }

    @Override
    public SrtpAgreement agreement() {
        return agreement;
    }

    @Override
    protected ProtocolVersion[] getSupportedVersions() {
        return DtlsIdentity.VERSIONS;
    }

    @Override
    protected int[] getSupportedCipherSuites() {
        return TlsUtils.getSupportedCipherSuites(getCrypto(), DtlsIdentity.SUITES);
    }

    @Override
    protected boolean preferLocalCipherSuites() {
        return true; // Chromium would take AES-GCM, with its 20 kB of tables
    }

    @Override
    public int[] getSupportedGroups() {
        return DtlsIdentity.GROUPS;
    }

    @Override
    public int getHandshakeTimeoutMillis() {
        return identity.timeoutMillis();
    }

    @Override
    public int getHandshakeResendTimeMillis() {
        return DtlsEndpoint.RESEND_MILLIS;
    }

    @Override
    @SuppressWarnings("rawtypes") // BouncyCastle's signature
    public void processClientExtensions(Hashtable extensions) throws IOException {
        super.processClientExtensions(extensions);
        UseSRTPData offered = extensions == null ? null : TlsSRTPUtils.getUseSRTPExtension(extensions);
        if (offered == null) {
            throw new TlsFatalAlert(AlertDescription.handshake_failure, "the peer does not offer SRTP");
        }
        agreement.choose(identity.choose(offered));
    }

    @Override
    @SuppressWarnings("rawtypes")
    public Hashtable getServerExtensions() throws IOException {
        Hashtable extensions = super.getServerExtensions();
        SrtpProfile chosen = agreement.profile();
        if (chosen != null) {
            TlsSRTPUtils.addUseSRTPExtension(extensions, DtlsIdentity.useSrtp(chosen.id()));
        }
        return extensions;
    }

    @Override
    public TlsCredentials getCredentials() throws IOException {
        return identity.signer(context, DtlsIdentity.ECDSA_SHA256);
    }

    @Override
    @SuppressWarnings({"rawtypes", "JdkObsolete"})
    public CertificateRequest getCertificateRequest() {
        Vector signatures = TlsUtils.getDefaultSupportedSignatureAlgorithms(context);
        return new CertificateRequest(
                new short[] {ClientCertificateType.ecdsa_sign, ClientCertificateType.rsa_sign}, signatures, null);
    }

    @Override
    public void notifyClientCertificate(Certificate chain) throws IOException {
        identity.check(chain);
    }

    @Override
    public void notifyHandshakeComplete() throws IOException {
        super.notifyHandshakeComplete();
        agreement.export(context);
    }

    @Override
    public void notifyAlertReceived(short level, short description) {
        agreement.onAlert(description);
    }
}
