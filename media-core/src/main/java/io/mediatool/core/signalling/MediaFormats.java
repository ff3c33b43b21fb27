package io.mediatool.core.signalling;

import io.mediatool.core.codec.RtpFormat;
import java.util.List;

/**
 * What the payload types of one medium mean.
 *
 * @param formats those of codecs that mediatool knows, in the medium's order of preference
 * @param transportStreams payload types that carry an MPEG transport stream
 * @param undescribed dynamic payload types of which the description says nothing: their packets must tell
 * @param warnings one line for everything that is not usable, codec named
 */
public record MediaFormats(
        List<RtpFormat> formats, List<Integer> transportStreams, List<Integer> undescribed, List<String> warnings) {

    public MediaFormats {
        formats = List.copyOf(formats);
        transportStreams = List.copyOf(transportStreams);
        undescribed = List.copyOf(undescribed);
        warnings = List.copyOf(warnings);
    }
}
