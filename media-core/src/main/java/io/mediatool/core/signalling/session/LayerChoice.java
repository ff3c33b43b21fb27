package io.mediatool.core.signalling.session;

import org.jspecify.annotations.Nullable;

/**
 * Which layer of a track a viewer wants at most.
 *
 * @param mediaId the m-line's mid, or null for every video of the session
 * @param rid the simulcast layer by name, or null for the best
 * @param spatialLayer of SVC, 0 and up, −1 for the best
 * @param temporalLayer 0 and up, −1 for the best
 * @param maxWidth of its pictures in pixels, 0 for any; where all layers are larger the smallest is taken
 * @param maxHeight likewise
 */
public record LayerChoice(
        @Nullable String mediaId,
        @Nullable String rid,
        int spatialLayer,
        int temporalLayer,
        int maxWidth,
        int maxHeight) {
    /** Of any size. */
    public LayerChoice(@Nullable String mediaId, @Nullable String rid, int spatialLayer, int temporalLayer) {
        this(mediaId, rid, spatialLayer, temporalLayer, 0, 0);
    }
}
