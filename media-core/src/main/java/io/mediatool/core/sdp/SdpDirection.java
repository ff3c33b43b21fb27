package io.mediatool.core.sdp;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Which way media flows, as the describing side sees it (RFC 8866 §6.7). */
public enum SdpDirection {
    SENDRECV,
    SENDONLY,
    RECVONLY,
    INACTIVE;

    private static final SdpDirection[] ALL = values();

    private final String label = name().toLowerCase(Locale.ROOT);

    /** The attribute's name. */
    public String label() {
        return label;
    }

    /** What the other side says: sendonly for recvonly. */
    public SdpDirection reversed() {
        return switch (this) {
            case SENDONLY -> RECVONLY;
            case RECVONLY -> SENDONLY;
            default -> this;
        };
    }

    static @Nullable SdpDirection ofName(String name) {
        for (SdpDirection direction : ALL) {
            if (direction.label.equals(name)) {
                return direction;
            }
        }
        return null;
    }
}
