package io.mediatool.core.codec;

import java.util.Locale;

/** What a track carries. */
public enum MediaKind {
    AUDIO,
    VIDEO;

    /** The word of an SDP media line: {@code audio}, {@code video}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
