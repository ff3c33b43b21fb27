package io.mediatool.core.dtls;

import java.io.IOException;
import java.io.StringReader;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.crypto.params.AsymmetricKeyParameter;
import org.bouncycastle.crypto.params.ECPrivateKeyParameters;
import org.bouncycastle.crypto.util.PrivateKeyFactory;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.operator.DefaultDigestAlgorithmIdentifierFinder;
import org.bouncycastle.operator.DefaultSignatureAlgorithmIdentifierFinder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.bc.BcECContentSignerBuilder;

/** Our certificate with its private key: ECDSA on P-256 (RFC 8827 §6.5). For any thread. */
public final class DtlsCertificate {
    private static final Duration BEFORE = Duration.ofDays(1);
    private static final Duration LIFE = Duration.ofDays(365);

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
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"), random);
            KeyPair pair = generator.generateKeyPair();
            AsymmetricKeyParameter key =
                    PrivateKeyFactory.createKey(pair.getPrivate().getEncoded());
            X500Name name = new X500Name("CN=mediatool");
            var builder = new X509v3CertificateBuilder(
                    name,
                    new BigInteger(63, random).add(BigInteger.ONE),
                    Date.from(now.minus(BEFORE)),
                    Date.from(now.plus(LIFE)),
                    name,
                    SubjectPublicKeyInfo.getInstance(pair.getPublic().getEncoded()));
            AlgorithmIdentifier signature = new DefaultSignatureAlgorithmIdentifierFinder().find("SHA256withECDSA");
            AlgorithmIdentifier digest = new DefaultDigestAlgorithmIdentifierFinder().find(signature);
            var signer = new BcECContentSignerBuilder(signature, digest)
                    .setSecureRandom(random)
                    .build(key);
            return new DtlsCertificate(builder.build(signer).getEncoded(), key);
        } catch (GeneralSecurityException | OperatorCreationException | IOException e) {
            throw new IllegalStateException("cannot make a certificate", e);
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
