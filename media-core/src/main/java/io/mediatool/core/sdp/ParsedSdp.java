package io.mediatool.core.sdp;

import java.util.List;

/**
 * What {@link SdpParser} read.
 *
 * @param description with at least one medium
 * @param ignoredMedia how many {@code m=} lines were left out: an answer needs one medium for each (RFC 3264 §6)
 * @param warnings what was mended or left out, in the order of lines; at most {@link SdpParser#MAX_WARNINGS}
 */
public record ParsedSdp(SessionDescription description, int ignoredMedia, List<SdpWarning> warnings) {
    public ParsedSdp {
        warnings = List.copyOf(warnings);
    }
}
