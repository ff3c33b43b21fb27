package io.mediatool.core.sdp;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A session description (RFC 8866 §5).
 *
 * @param name {@code s=}; empty where missing
 * @param origin what stands after {@code o=}; empty where missing
 * @param connection {@code c=} of the session. Each medium carries the one in force for it, so only writers need this
 * @param attributes {@code a=} lines before the first medium, in order, without directions (those are in each medium)
 * @param media in order of their {@code m=} lines; never empty when read
 */
public record SessionDescription(
        String name,
        String origin,
        @Nullable SdpConnection connection,
        List<SdpAttribute> attributes,
        List<MediaDescription> media) {

    public SessionDescription {
        attributes = List.copyOf(attributes);
        media = List.copyOf(media);
    }

    /** The value of the first attribute {@code name}, or null when there is none. */
    public @Nullable String attribute(String name) {
        return MediaDescription.find(attributes, name);
    }
}
