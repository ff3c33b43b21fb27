package io.mediatool.ingest.port;

import io.mediatool.core.codec.MediaKind;
import io.mediatool.core.codec.RtpFormat;
import java.util.List;

/**
 * One described medium of a port.
 *
 * @param formats at least one
 * @param anyPayloadType whether the user named the codec only, so that whichever payload type comes is meant
 */
public record MediumPlan(List<RtpFormat> formats, boolean anyPayloadType) {
    public MediumPlan {
        formats = List.copyOf(formats);
    }

    public MediaKind kind() {
        return formats.get(0).codec().kind();
    }
}
