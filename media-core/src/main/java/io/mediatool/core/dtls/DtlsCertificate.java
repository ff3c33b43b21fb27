package io.mediatool.core.dtls;

import java.io.IOException;
import java.io.StringReader;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.crypto.params.AsymmetricKeyParameter;
import org.bouncycastle.crypto.params.ECPrivateKeyParameters;
import org.bouncycastle.crypto.util.PrivateKeyFactory;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;

/** Our certificate with its private key: ECDSA on P-256 (RFC 8827 §6.5). For any thread. */
public final class DtlsCertificate {
    private final byte[] encoded;
    private final AsymmetricKeyParameter privateKey;
    private final DtlsFingerprint fingerprint;

    private DtlsCertificate(byte[] encoded, AsymmetricKeyParameter privateKey) {
        this.encoded = encoded;
        this.privateKey = privateKey;
        this.fingerprint = DtlsFingerprint.of(encoded);
    }

    /** A new self-signed one that names nobody. */
    public static DtlsCertificate selfSigned(SecureRandom random, Instant now) {
        SelfSigned made = SelfSigned.make(random, now, List.of());
        try {
            return new DtlsCertificate(made.certificate(), PrivateKeyFactory.createKey(made.privateKey()));
        } catch (IOException e) {
            throw new IllegalStateException("cannot read the key just made", e);
        }
    }

    /**
     * A given one.
     *
     * @param certificatePem one certificate
     * @param keyPem its private key, PKCS #8 or SEC 1, without a password
     * @throws IOException one line that says what is wrong
     */
    public static DtlsCertificate of(String certificatePem, String keyPem) throws IOException {
        if (!(new PEMParser(new StringReader(certificatePem)).readObject() instanceof X509CertificateHolder holder)) {
            throw new IOException("no certificate in the PEM text");
        }
        PEMParser parser = new PEMParser(new StringReader(keyPem));
        for (Object part = parser.readObject(); part != null; part = parser.readObject()) {
            PrivateKeyInfo info = part instanceof PEMKeyPair pair
                    ? pair.getPrivateKeyInfo()
                    : part instanceof PrivateKeyInfo plain ? plain : null;
            if (info != null && PrivateKeyFactory.createKey(info) instanceof ECPrivateKeyParameters key) {
                return new DtlsCertificate(holder.getEncoded(), key);
            }
        }
        throw new IOException("no EC private key without password in the PEM text");
    }

    /** For a=fingerprint. */
    public DtlsFingerprint fingerprint() {
        return fingerprint;
    }

    byte[] encoded() {
        return encoded;
    }

    AsymmetricKeyParameter privateKey() {
        return privateKey;
    }
}
