package io.mediatool.core.dtls;

import io.mediatool.core.srtp.SrtpProfile;
import java.io.IOException;
import java.util.List;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.Certificate;
import org.bouncycastle.tls.CipherSuite;
import org.bouncycastle.tls.HashAlgorithm;
import org.bouncycastle.tls.NamedGroup;
import org.bouncycastle.tls.ProtocolVersion;
import org.bouncycastle.tls.SignatureAlgorithm;
import org.bouncycastle.tls.SignatureAndHashAlgorithm;
import org.bouncycastle.tls.TlsContext;
import org.bouncycastle.tls.TlsCredentialedSigner;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.UseSRTPData;
import org.bouncycastle.tls.crypto.TlsCertificate;
import org.bouncycastle.tls.crypto.TlsCryptoParameters;
import org.bouncycastle.tls.crypto.impl.bc.BcDefaultTlsCredentialedSigner;
import org.bouncycastle.tls.crypto.impl.bc.BcTlsCrypto;

/** What both roles have in common: who we are, whom we expect, and what we agree to: forward secrecy and AEAD only. */
final class DtlsIdentity {
    static final ProtocolVersion[] VERSIONS = {ProtocolVersion.DTLSv12};

    static final int[] SUITES = {
        CipherSuite.TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
        CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
        CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384
    };

    /** As client we meet servers with RSA certificates too. */
    static final int[] CLIENT_SUITES = {
        CipherSuite.TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
        CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
        CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
        CipherSuite.TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
        CipherSuite.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
        CipherSuite.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384
    };

    static final SignatureAndHashAlgorithm ECDSA_SHA256 =
            SignatureAndHashAlgorithm.getInstance(HashAlgorithm.sha256, SignatureAlgorithm.ecdsa);

    static final int[] GROUPS = {NamedGroup.x25519, NamedGroup.secp256r1, NamedGroup.secp384r1};

    private final BcTlsCrypto crypto;
    private final DtlsCertificate own;
    private final List<DtlsFingerprint> expected;
    private final List<SrtpProfile> profiles;
    private final int timeoutMillis;

    DtlsIdentity(
            BcTlsCrypto crypto,
            DtlsCertificate own,
            List<DtlsFingerprint> expected,
            List<SrtpProfile> profiles,
            int timeoutMillis) {
        this.crypto = crypto;
        this.own = own;
        this.expected = List.copyOf(expected);
        this.profiles = List.copyOf(profiles);
        this.timeoutMillis = timeoutMillis;
    }

    BcTlsCrypto crypto() {
        return crypto;
    }

    int timeoutMillis() {
        return timeoutMillis;
    }

    TlsCredentialedSigner signer(TlsContext context, SignatureAndHashAlgorithm algorithm) throws IOException {
        Certificate chain = new Certificate(new TlsCertificate[] {crypto.createCertificate(own.encoded())});
        return new BcDefaultTlsCredentialedSigner(
                new TlsCryptoParameters(context), crypto, own.privateKey(), chain, algorithm);
    }

    /** The certificate itself means nothing: the fingerprint from signalling does (RFC 5763 §5). */
    void check(Certificate chain) throws IOException {
        if (chain.isEmpty()) {
            throw new TlsFatalAlert(AlertDescription.bad_certificate, "the peer has no certificate");
        }
        byte[] leaf = chain.getCertificateAt(0).getEncoded();
        for (DtlsFingerprint one : expected) {
            if (one.matches(leaf)) {
                return;
            }
        }
        throw new TlsFatalAlert(
                AlertDescription.bad_certificate, "the peer's certificate is not that of its description");
    }

    UseSRTPData offer() {
        return useSrtp(profiles.stream().mapToInt(SrtpProfile::id).toArray());
    }

    static UseSRTPData useSrtp(int... ids) {
        return new UseSRTPData(ids, new byte[0]);
    }

    /** Ours, best first, that is among those offered. */
    SrtpProfile choose(UseSRTPData offered) throws IOException {
        for (SrtpProfile profile : profiles) {
            for (int id : offered.getProtectionProfiles()) {
                if (id == profile.id()) {
                    return profile;
                }
            }
        }
        throw new TlsFatalAlert(AlertDescription.handshake_failure, "no SRTP profile in common");
    }
}
