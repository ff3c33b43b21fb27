package io.mediatool.core.sdp;

import java.util.List;

/**
 * What {@link SdpParser} read.
 *
 * @param description with at least one medium
 * @param warnings what was mended or left out, in the order of lines; at most {@link SdpParser#MAX_WARNINGS}
 */
public record ParsedSdp(SessionDescription description, List<SdpWarning> warnings) {
    public ParsedSdp {
        warnings = List.copyOf(warnings);
    }
}
