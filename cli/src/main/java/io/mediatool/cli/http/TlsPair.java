package io.mediatool.cli.http;

/**
 * A certificate chain and its private key.
 *
 * @param certificatePem the server's own certificate first
 * @param keyPem PKCS #8, without a password
 */
public record TlsPair(String certificatePem, String keyPem) {
    @Override
    public String toString() {
        return "TlsPair";
    }
}
