package io.mediatool.core.srtp;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Protection profiles (RFC 5764 §4.1.2, RFC 7714 §14.2). */
public enum SrtpProfile {
    AEAD_AES_128_GCM(0x0007, 16, 12, 0, 16),
    AEAD_AES_256_GCM(0x0008, 32, 12, 0, 16),
    AES_CM_128_HMAC_SHA1_80(0x0001, 16, 14, 20, 10);

    /** All of them, best first: GCM costs about half of AES-CM with HMAC; 128 bits are enough and faster. */
    public static final List<SrtpProfile> PREFERRED = List.of(values());

    private final int id;
    private final int keyBytes;
    private final int saltBytes;
    private final int authenticationKeyBytes;
    private final int tagBytes;

    SrtpProfile(int id, int keyBytes, int saltBytes, int authenticationKeyBytes, int tagBytes) {
        this.id = id;
        this.keyBytes = keyBytes;
        this.saltBytes = saltBytes;
        this.authenticationKeyBytes = authenticationKeyBytes;
        this.tagBytes = tagBytes;
    }

    /** The profile of that number, or null when it is none of ours. */
    public static @Nullable SrtpProfile of(int id) {
        for (SrtpProfile profile : PREFERRED) {
            if (profile.id == id) {
                return profile;
            }
        }
        return null;
    }

    /** Its number in the use_srtp extension. */
    public int id() {
        return id;
    }

    /** Bytes of master and session keys. */
    public int keyBytes() {
        return keyBytes;
    }

    /** Bytes of master and session salts. */
    public int saltBytes() {
        return saltBytes;
    }

    int authenticationKeyBytes() {
        return authenticationKeyBytes;
    }

    /** Bytes that protection adds to an RTP packet. */
    public int tagBytes() {
        return tagBytes;
    }

    boolean isAead() {
        return authenticationKeyBytes == 0;
    }
}
