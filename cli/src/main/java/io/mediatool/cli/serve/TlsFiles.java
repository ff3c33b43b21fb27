package io.mediatool.cli.serve;

import io.mediatool.cli.http.TlsPair;
import io.mediatool.cli.terminal.CommandException;
import io.mediatool.cli.terminal.ExitCode;
import io.mediatool.cli.terminal.FileErrors;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A certificate and a key of the user's: read, and found to belong together, before anything listens. */
public final class TlsFiles {
    private static final Pattern KEY =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]*)PRIVATE KEY-----(.*?)-----END ", Pattern.DOTALL);
    private static final byte[] PROBE = {1, 2, 3};

    private TlsFiles() {}

    /** What is wrong with the files is one line. */
    public static TlsPair read(Path certificate, Path key) throws CommandException {
        String certificatePem = text(certificate);
        String keyPem = text(key);
        PublicKey published = publicKey(certificate, certificatePem);
        PrivateKey held = privateKey(key, keyPem, published.getAlgorithm());
        if (!belongTogether(published, held)) {
            throw new CommandException(ExitCode.FILE, key + ": is not the key of the certificate in " + certificate);
        }
        return new TlsPair(certificatePem, keyPem);
    }

    private static PublicKey publicKey(Path path, String pem) throws CommandException {
        try {
            var certificates = CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(pem.getBytes(StandardCharsets.UTF_8)));
            if (!certificates.isEmpty() && certificates.iterator().next() instanceof X509Certificate first) {
                return first.getPublicKey();
            }
        } catch (GeneralSecurityException e) {
            throw new CommandException(ExitCode.FILE, path + ": holds no certificate that can be read (PEM)");
        }
        throw new CommandException(ExitCode.FILE, path + ": holds no certificate (PEM)");
    }

    private static PrivateKey privateKey(Path path, String pem, String algorithm) throws CommandException {
        Matcher found = KEY.matcher(pem);
        if (!found.find()) {
            throw new CommandException(ExitCode.FILE, path + ": holds no private key (PEM)");
        }
        if (!found.group(1).isEmpty()) {
            throw new CommandException(
                    ExitCode.FILE,
                    path + ": is a '" + found.group(1) + "PRIVATE KEY'; make it one without password in PKCS #8: "
                            + "openssl pkcs8 -topk8 -nodes -in " + path);
        }
        try {
            byte[] der = Base64.getMimeDecoder().decode(found.group(2));
            return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(der));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new CommandException(
                    ExitCode.FILE, path + ": is no " + algorithm + " key, but the certificate has one");
        }
    }

    private static boolean belongTogether(PublicKey published, PrivateKey held) {
        try {
            String algorithm = switch (published.getAlgorithm()) {
                case "EC" -> "SHA256withECDSA";
                case "RSA" -> "SHA256withRSA";
                default -> published.getAlgorithm();
            };
            Signature signature = Signature.getInstance(algorithm);
            signature.initSign(held);
            signature.update(PROBE);
            byte[] signed = signature.sign();
            signature.initVerify(published);
            signature.update(PROBE);
            return signature.verify(signed);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    private static String text(Path path) throws CommandException {
        try {
            return Files.readString(path, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw FileErrors.unreadable(path, e);
        }
    }
}
