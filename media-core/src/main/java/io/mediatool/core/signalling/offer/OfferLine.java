package io.mediatool.core.signalling.offer;

import io.mediatool.core.codec.MediaKind;
import io.mediatool.core.sdp.SdpAttribute;
import io.mediatool.core.signalling.webrtc.ExtensionMapping;
import io.mediatool.core.signalling.webrtc.RtpCodec;
import java.util.List;

/**
 * An m-line of an offer.
 *
 * @param mid its name
 * @param codecs with our payload types and all parameters that are to be said, best first
 * @param extensions with numbers that are the same in every m-line (RFC 9143 §7.1.2)
 * @param source the lines that tell which SSRCs will come; empty where nothing is sent
 */
public record OfferLine(
        String mid,
        MediaKind kind,
        List<RtpCodec> codecs,
        List<ExtensionMapping> extensions,
        List<SdpAttribute> source) {

    public OfferLine {
        codecs = List.copyOf(codecs);
        extensions = List.copyOf(extensions);
        source = List.copyOf(source);
    }
}
