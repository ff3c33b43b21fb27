package io.mediatool.core.srtp;

import java.util.Arrays;

/**
 * Master keys of both directions of one session. The arrays are the session's own and never leave this room again.
 *
 * @param profile for both directions
 */
public record SrtpKeys(
        SrtpProfile profile, byte[] outgoingKey, byte[] outgoingSalt, byte[] incomingKey, byte[] incomingSalt) {

    public SrtpKeys {
        if (outgoingKey.length != profile.keyBytes()
                || incomingKey.length != profile.keyBytes()
                || outgoingSalt.length != profile.saltBytes()
                || incomingSalt.length != profile.saltBytes()) {
            throw new IllegalArgumentException("keys are not of " + profile);
        }
    }

    /** How many bytes {@link #ofExporter} needs. */
    public static int exporterBytes(SrtpProfile profile) {
        return 2 * (profile.keyBytes() + profile.saltBytes());
    }

    /**
     * From what DTLS exports under {@code EXTRACTOR-dtls_srtp} (RFC 5764 §4.2): client key, server key, client salt, server
     * salt.
     *
     * @param client whether we are the DTLS client
     */
    public static SrtpKeys ofExporter(SrtpProfile profile, byte[] material, boolean client) {
        if (material.length != exporterBytes(profile)) {
            throw new IllegalArgumentException("exported " + material.length + " bytes");
        }
        int key = profile.keyBytes();
        int salt = profile.saltBytes();
        byte[] clientKey = Arrays.copyOfRange(material, 0, key);
        byte[] serverKey = Arrays.copyOfRange(material, key, 2 * key);
        byte[] clientSalt = Arrays.copyOfRange(material, 2 * key, 2 * key + salt);
        byte[] serverSalt = Arrays.copyOfRange(material, 2 * key + salt, 2 * key + 2 * salt);
        return client
                ? new SrtpKeys(profile, clientKey, clientSalt, serverKey, serverSalt)
                : new SrtpKeys(profile, serverKey, serverSalt, clientKey, clientSalt);
    }

    /** Tells no secret. */
    @Override
    public String toString() {
        return "SrtpKeys[" + profile + "]";
    }
}
