package io.mediatool.cli.http.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mediatool.cli.http.exchange.Refusal;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Public keys, alone and in sets, and when sets are fetched. */
final class KeyRingTest {
    private static KeyPair ec;
    private static KeyPair rsa;

    @BeforeAll
    static void makeKeys() throws GeneralSecurityException {
        KeyPairGenerator curve = KeyPairGenerator.getInstance("EC");
        curve.initialize(new ECGenParameterSpec("secp256r1"));
        ec = curve.generateKeyPair();
        KeyPairGenerator numbers = KeyPairGenerator.getInstance("RSA");
        numbers.initialize(2048);
        rsa = numbers.generateKeyPair();
    }

    @Test
    void pemKeysVerify() throws GeneralSecurityException {
        verifies(new KeyRing(pem(ec), null, () -> 0), signed("ES256", null, ec));
        verifies(new KeyRing(pem(rsa), null, () -> 0), signed("RS256", null, rsa));
        refuses(new KeyRing(pem(rsa), null, () -> 0), signed("ES256", null, ec));
        // RFC 8725 §2.1: a public key as the shared secret of another algorithm.
        refuses(new KeyRing(pem(rsa), null, () -> 0), signed("HS256", null, rsa));
    }

    @Test
    void keysThatAreNone() {
        for (String text : List.of(
                "short",
                "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----",
                "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----")) {
            assertThrows(GeneralSecurityException.class, () -> new KeyRing(text, null, () -> 0), text);
        }
        for (String set : List.of(
                "",
                "[]",
                "{}",
                "{\"keys\": []}",
                "{\"keys\": [1]}",
                "{\"keys\": [{\"kty\":\"RSA\"}]}",
                "{\"keys\": [{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"!\",\"y\":\"AA\"}]}")) {
            assertThrows(IllegalArgumentException.class, () -> KeyRing.keys(set), set);
        }
    }

    @Test
    void aSetIsFetchedAgainForAnUnknownKeyButNotForEach() throws GeneralSecurityException {
        var fetched = new AtomicInteger();
        var now = new AtomicLong();
        String first = new JsonObject()
                .put("keys", new JsonArray(List.of(jwk("one", rsa))))
                .encode();
        String second = new JsonObject()
                .put(
                        "keys",
                        new JsonArray(List.of(jwk("one", rsa), jwk("two", ec), new JsonObject().put("kty", "OKP"))))
                .encode();
        var ring = new KeyRing(
                null,
                () -> CompletableFuture.completedFuture(fetched.incrementAndGet() == 1 ? first : second),
                now::get);
        verifies(ring, signed("RS256", "one", rsa));
        assertEquals(1, fetched.get());
        refuses(ring, signed("ES256", "two", ec));
        assertEquals(1, fetched.get(), "too soon");
        now.set(31_000_000_000L);
        verifies(ring, signed("ES256", "two", ec));
        assertEquals(2, fetched.get());
        refuses(ring, signed("ES256", "made up", ec));
        assertEquals(2, fetched.get());
    }

    @Test
    void aSetThatIsOldIsFetchedAgainAndKeptWhenThatFails() throws GeneralSecurityException {
        var fetched = new AtomicInteger();
        var now = new AtomicLong();
        String both = new JsonObject()
                .put("keys", new JsonArray(List.of(jwk("one", rsa), jwk("two", ec))))
                .encode();
        String later = new JsonObject()
                .put("keys", new JsonArray(List.of(jwk("two", ec))))
                .encode();
        var ring = new KeyRing(
                null,
                () -> switch (fetched.incrementAndGet()) {
                    case 1 -> CompletableFuture.completedFuture(both);
                    case 2 -> CompletableFuture.failedFuture(new IOException("down"));
                    default -> CompletableFuture.completedFuture(later);
                },
                now::get);
        verifies(ring, signed("RS256", "one", rsa));
        now.set(590_000_000_000L);
        verifies(ring, signed("RS256", "one", rsa));
        assertEquals(1, fetched.get());
        now.set(601_000_000_000L);
        verifies(ring, signed("RS256", "one", rsa));
        verifies(ring, signed("RS256", "one", rsa));
        assertEquals(2, fetched.get(), "it failed, and is not tried again at once");
        now.set(1_300_000_000_000L);
        verifies(ring, signed("ES256", "two", ec));
        assertEquals(3, fetched.get());
        refuses(ring, signed("RS256", "one", rsa)); // taken out of the set
    }

    private static void verifies(KeyRing ring, String token) {
        Jwt jwt = Jwt.read(token);
        Grant grant = jwt.verify(ring.candidates(jwt).toCompletableFuture().join(), 1000);
        assertTrue(grant.allows(Verb.PUBLISH) && !grant.allows(Verb.WATCH) && grant.enters("room"));
    }

    private static void refuses(KeyRing ring, String token) {
        Jwt jwt = Jwt.read(token);
        List<JwtKey> keys = ring.candidates(jwt).toCompletableFuture().join();
        assertEquals(
                401, assertThrows(Refusal.class, () -> jwt.verify(keys, 1000)).status());
    }

    private static String signed(String algorithm, String kid, KeyPair pair) throws GeneralSecurityException {
        var header = new JsonObject().put("alg", algorithm);
        if (kid != null) {
            header.put("kid", kid);
        }
        var claims = new JsonObject().put("exp", 2000).put("room", "room").put("verbs", "publish");
        String text = encoded(header.encode().getBytes(StandardCharsets.UTF_8)) + "."
                + encoded(claims.encode().getBytes(StandardCharsets.UTF_8));
        byte[] signature;
        if (algorithm.equals("HS256")) {
            var mac = javax.crypto.Mac.getInstance("HmacSHA256");
            mac.init(new javax.crypto.spec.SecretKeySpec(pem(pair).getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            signature = mac.doFinal(text.getBytes(StandardCharsets.US_ASCII));
        } else {
            Signature signer =
                    Signature.getInstance(algorithm.equals("ES256") ? "SHA256withECDSAinP1363Format" : "SHA256withRSA");
            signer.initSign(pair.getPrivate());
            signer.update(text.getBytes(StandardCharsets.US_ASCII));
            signature = signer.sign();
        }
        return text + "." + encoded(signature);
    }

    private static JsonObject jwk(String kid, KeyPair pair) {
        if (pair.getPublic() instanceof RSAPublicKey key) {
            return new JsonObject()
                    .put("kty", "RSA")
                    .put("kid", kid)
                    .put("use", "sig")
                    .put("n", encoded(unsigned(key.getModulus().toByteArray(), 256)))
                    .put("e", encoded(key.getPublicExponent().toByteArray()));
        }
        var point = ((ECPublicKey) pair.getPublic()).getW();
        return new JsonObject()
                .put("kty", "EC")
                .put("crv", "P-256")
                .put("kid", kid)
                .put("x", encoded(unsigned(point.getAffineX().toByteArray(), 32)))
                .put("y", encoded(unsigned(point.getAffineY().toByteArray(), 32)));
    }

    private static byte[] unsigned(byte[] number, int length) {
        byte[] padded = new byte[length];
        byte[] tail =
                number.length > length ? Arrays.copyOfRange(number, number.length - length, number.length) : number;
        System.arraycopy(tail, 0, padded, length - tail.length, tail.length);
        return padded;
    }

    private static String pem(KeyPair pair) {
        return "-----BEGIN PUBLIC KEY-----\n"
                + Base64.getMimeEncoder().encodeToString(pair.getPublic().getEncoded())
                + "\n-----END PUBLIC KEY-----\n";
    }

    private static String encoded(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
