package io.mediatool.core.codec.nal;

import io.mediatool.core.codec.CodecModule;
import io.mediatool.core.codec.Depacketizer;
import io.mediatool.core.codec.RtpFormat;

/** A codec made of NAL units, for sources that carry those without an RTP payload format of their own (MPEG-TS, RTMP). */
public interface NalCodecModule extends CodecModule {

    /**
     * A new machine that makes frames of NAL units, knowing the parameter sets of {@code format}. The
     * {@link #depacketizer(RtpFormat)} is this one behind the payload format; see {@link Depacketizer} for its promises.
     */
    AccessUnitAssembler accessUnits(RtpFormat format);
}
