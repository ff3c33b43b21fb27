package io.mediatool.cli.http.access;

import io.vertx.core.json.JsonObject;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.RSAPublicKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * A key that verifies tokens. Its kind decides the algorithm, whatever a token's header claims: a public key is never taken for a
 * shared secret (RFC 8725 §3.1).
 *
 * @param id {@code kid}, null for a key that verifies whatever names none or another
 */
record JwtKey(@Nullable String id, Algorithm algorithm, Key key) {
    private static final int MIN_RSA_BITS = 2048;

    /** RFC 7518 §3. */
    enum Algorithm {
        HS256("HmacSHA256"),
        RS256("SHA256withRSA"),
        ES256("SHA256withECDSAinP1363Format");

        private final String jdkName;

        Algorithm(String jdkName) {
            this.jdkName = jdkName;
        }
    }

    /**
     * A key by itself: a PEM public key (RSA or P-256), or else a shared secret.
     *
     * @throws GeneralSecurityException with one line on what is wrong
     */
    static JwtKey of(String text) throws GeneralSecurityException {
        if (text.contains("-----BEGIN ")) {
            return ofPem(text);
        }
        byte[] secret = text.strip().getBytes(StandardCharsets.UTF_8);
        // RFC 7518 §3.2: as long as the hash.
        if (secret.length < 32) {
            throw new GeneralSecurityException("a shared secret has at least 32 characters (RFC 7518 §3.2)");
        }
        return new JwtKey(null, Algorithm.HS256, new SecretKeySpec(secret, "HmacSHA256"));
    }

    private static JwtKey ofPem(String text) throws GeneralSecurityException {
        if (!text.contains("-----BEGIN PUBLIC KEY-----")) {
            throw new GeneralSecurityException("the PEM text holds no 'PUBLIC KEY'");
        }
        byte[] der;
        try {
            der = Base64.getMimeDecoder()
                    .decode(text.replaceAll("(?s).*-----BEGIN PUBLIC KEY-----|-----END PUBLIC KEY-----.*", ""));
        } catch (IllegalArgumentException e) {
            throw new GeneralSecurityException("the PEM text is broken", e);
        }
        for (String kind : new String[] {"RSA", "EC"}) {
            PublicKey key = publicKey(kind, der);
            if (key != null) {
                return of(null, key);
            }
        }
        throw new GeneralSecurityException("the public key is neither RSA nor P-256");
    }

    private static @Nullable PublicKey publicKey(String kind, byte[] der) throws GeneralSecurityException {
        try {
            return KeyFactory.getInstance(kind).generatePublic(new X509EncodedKeySpec(der));
        } catch (InvalidKeySpecException e) {
            return null;
        }
    }

    private static JwtKey of(@Nullable String id, PublicKey key) throws GeneralSecurityException {
        if (key instanceof RSAPublicKey rsa) {
            if (rsa.getModulus().bitLength() < MIN_RSA_BITS) {
                throw new GeneralSecurityException("an RSA key has at least " + MIN_RSA_BITS + " bits");
            }
            return new JwtKey(id, Algorithm.RS256, key);
        }
        if (key instanceof ECPublicKey ec && ec.getParams().getOrder().bitLength() == 256) {
            return new JwtKey(id, Algorithm.ES256, key);
        }
        throw new GeneralSecurityException("the public key is neither RSA nor P-256");
    }

    /**
     * A member of a JSON web key set (RFC 7517), null for one that is not for verifying with what we know.
     *
     * @throws GeneralSecurityException when it says it is, but is broken
     */
    static @Nullable JwtKey of(JsonObject jwk) throws GeneralSecurityException {
        String id = text(jwk, "kid");
        String use = text(jwk, "use");
        if (use != null && !use.equals("sig")) {
            return null;
        }
        String kind = String.valueOf(text(jwk, "kty"));
        return switch (kind) {
            case "RSA" ->
                of(
                        id,
                        KeyFactory.getInstance("RSA")
                                .generatePublic(new RSAPublicKeySpec(number(jwk, "n"), number(jwk, "e"))));
            case "EC" ->
                "P-256".equals(text(jwk, "crv"))
                        ? of(
                                id,
                                KeyFactory.getInstance("EC")
                                        .generatePublic(new ECPublicKeySpec(
                                                new ECPoint(number(jwk, "x"), number(jwk, "y")), p256())))
                        : null;
            case "oct" -> {
                byte[] secret = bytes(jwk, "k");
                if (secret.length < 32) {
                    throw new GeneralSecurityException("a shared secret has at least 32 bytes (RFC 7518 §3.2)");
                }
                yield new JwtKey(id, Algorithm.HS256, new SecretKeySpec(secret, "HmacSHA256"));
            }
            default -> null;
        };
    }

    private static ECParameterSpec p256() throws GeneralSecurityException {
        AlgorithmParameters curve = AlgorithmParameters.getInstance("EC");
        curve.init(new ECGenParameterSpec("secp256r1"));
        return curve.getParameterSpec(ECParameterSpec.class);
    }

    private static @Nullable String text(JsonObject jwk, String name) {
        return jwk.getValue(name) instanceof String text ? text : null;
    }

    private static byte[] bytes(JsonObject jwk, String name) throws GeneralSecurityException {
        String text = text(jwk, name);
        try {
            if (text != null) {
                return Base64.getUrlDecoder().decode(text);
            }
        } catch (IllegalArgumentException e) {
            throw new GeneralSecurityException("'" + name + "' of a key is not base64url", e);
        }
        throw new GeneralSecurityException("a key lacks '" + name + "'");
    }

    private static BigInteger number(JsonObject jwk, String name) throws GeneralSecurityException {
        return new BigInteger(1, bytes(jwk, name));
    }

    /** Whether {@code signature} is this key's over {@code signed}. */
    boolean verifies(byte[] signed, byte[] signature) {
        try {
            if (algorithm == Algorithm.HS256) {
                Mac mac = Mac.getInstance(algorithm.jdkName);
                mac.init(key);
                return MessageDigest.isEqual(mac.doFinal(signed), signature);
            }
            Signature verifier = Signature.getInstance(algorithm.jdkName);
            verifier.initVerify((PublicKey) key);
            verifier.update(signed);
            return verifier.verify(signature);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }
}
