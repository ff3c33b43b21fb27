package io.mediatool.core.rtp.extension;

import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Which number stands for which extension with one peer ({@code a=extmap}, RFC 8285 §5). Immutable. */
public final class ExtensionMap {
    private static final int KINDS = RtpExtension.values().length;

    /** A peer that negotiated none. */
    public static final ExtensionMap NONE = new ExtensionMap(Map.of());

    /** To the highest id and no further: every viewer has one for each track. */
    private final @Nullable RtpExtension[] kinds;

    private final int[] ids = new int[KINDS];

    private ExtensionMap(Map<Integer, RtpExtension> kindById) {
        for (int id : kindById.keySet()) {
            if (id < 1 || id > 255 || id == 15) {
                throw new IllegalArgumentException("extension id out of range: " + id);
            }
        }
        int highest = kindById.keySet().stream().reduce(0, Math::max);
        kinds = new @Nullable RtpExtension[highest + 1];
        kindById.forEach((id, kind) -> {
            if (ids[kind.index()] != 0) {
                throw new IllegalArgumentException("extension mapped twice: " + kind);
            }
            kinds[id] = kind;
            ids[kind.index()] = id;
        });
    }

    /**
     * @param kindById ids of 1 to 14, or 16 to 255 for peers that take two-byte headers; each kind once
     * @throws IllegalArgumentException when an id is out of range or a kind has two
     */
    public static ExtensionMap of(Map<Integer, RtpExtension> kindById) {
        return new ExtensionMap(kindById);
    }

    /** Names the objects that each packet needs, see {@link io.mediatool.core.bits.WorkingSet}. */
    public void addTo(Consumer<Object> parts) {
        parts.accept(this);
        parts.accept(ids);
    }

    /** The kind of {@code id} (0 to 255), or null when not negotiated. */
    public @Nullable RtpExtension kindOf(int id) {
        return id < kinds.length ? kinds[id] : null;
    }

    /** The id of {@code kind}, or 0 when not negotiated. */
    public int idOf(RtpExtension kind) {
        return ids[kind.index()];
    }
}
