package io.mediatool.core.dtls;

import java.io.IOException;
import java.util.Hashtable;
import java.util.Vector;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.CertificateRequest;
import org.bouncycastle.tls.CertificateStatusRequest;
import org.bouncycastle.tls.DTLSClientProtocol;
import org.bouncycastle.tls.DTLSTransport;
import org.bouncycastle.tls.DatagramTransport;
import org.bouncycastle.tls.DefaultTlsClient;
import org.bouncycastle.tls.ProtocolVersion;
import org.bouncycastle.tls.SignatureAlgorithm;
import org.bouncycastle.tls.SignatureAndHashAlgorithm;
import org.bouncycastle.tls.TlsAuthentication;
import org.bouncycastle.tls.TlsCredentials;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.TlsSRTPUtils;
import org.bouncycastle.tls.TlsServerCertificate;
import org.bouncycastle.tls.TlsUtils;
import org.bouncycastle.tls.UseSRTPData;
import org.jspecify.annotations.Nullable;

/** The active side. */
final class SrtpClient extends DefaultTlsClient implements SrtpPeer {
    private final DtlsIdentity identity;
    private final SrtpAgreement agreement = new SrtpAgreement(DtlsRole.CLIENT);

    SrtpClient(DtlsIdentity identity) {
        super(identity.crypto());
        this.identity = identity;
    }

    @Override
    public DTLSTransport shakeHands(DatagramTransport transport) throws IOException {
        return new Protocol().connect(this, transport);
    }

    /** BouncyCastle makes room for what a list says that it has before it looks whether there is any. */
    private static final class Protocol extends DTLSClientProtocol {
        @Override
        protected void processServerCertificate(ClientHandshakeState state, byte[] body) throws IOException {
            DtlsCrypto.HandshakeLengths.checkCertificates(body);
            super.processServerCertificate(state, body);
        }

        @Override
        protected void processServerSupplementalData(ClientHandshakeState state, byte[] body) throws IOException {
            throw new TlsFatalAlert(AlertDescription.unexpected_message, "nobody asked for supplemental data");
        }
    }

    /** The certificate itself means nothing, and so does what an authority says of it. */
    @Override
    protected @Nullable CertificateStatusRequest getCertificateStatusRequest() {
        return null;
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
        return TlsUtils.getSupportedCipherSuites(getCrypto(), DtlsIdentity.CLIENT_SUITES);
    }

    @Override
    @SuppressWarnings({"rawtypes", "JdkObsolete"}) // BouncyCastle's signature
    protected Vector getSupportedGroups(Vector roles) {
        Vector<Integer> groups = new Vector<>();
        for (int group : DtlsIdentity.GROUPS) {
            groups.add(group);
        }
        return groups;
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
    @SuppressWarnings("rawtypes")
    public Hashtable getClientExtensions() throws IOException {
        Hashtable extensions = super.getClientExtensions();
        TlsSRTPUtils.addUseSRTPExtension(extensions, identity.offer());
        return extensions;
    }

    @Override
    @SuppressWarnings("rawtypes")
    public void processServerExtensions(Hashtable extensions) throws IOException {
        super.processServerExtensions(extensions);
        UseSRTPData answer = extensions == null ? null : TlsSRTPUtils.getUseSRTPExtension(extensions);
        if (answer == null || answer.getProtectionProfiles().length != 1 || answer.getMki().length > 0) {
            throw new TlsFatalAlert(AlertDescription.handshake_failure, "the peer agrees to no SRTP profile");
        }
        agreement.choose(identity.choose(answer));
    }

    @Override
    public TlsAuthentication getAuthentication() {
        return new TlsAuthentication() {
            @Override
            public void notifyServerCertificate(TlsServerCertificate server) throws IOException {
                identity.check(server.getCertificate());
            }

            @Override
            public TlsCredentials getClientCredentials(CertificateRequest request) throws IOException {
                SignatureAndHashAlgorithm algorithm = TlsUtils.chooseSignatureAndHashAlgorithm(
                        context, request.getSupportedSignatureAlgorithms(), SignatureAlgorithm.ecdsa);
                return identity.signer(context, algorithm);
            }
        };
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
