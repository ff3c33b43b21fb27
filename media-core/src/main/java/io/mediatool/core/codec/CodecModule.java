package io.mediatool.core.codec;

import io.mediatool.core.bits.MalformedException;
import org.jspecify.annotations.Nullable;

/** All that mediatool knows of one codec: its RTP payload format, its SDP and its place in MP4. Stateless. */
public interface CodecModule {
    Codec codec();

    /** A new machine for one source that sends {@code format}. Bad {@code a=fmtp} values never throw: they are ignored. */
    Depacketizer depacketizer(RtpFormat format);

    /**
     * A new machine that makes payloads of at most {@code maxPayloadBytes} (at least 64) for {@code format}.
     */
    Packetizer packetizer(RtpFormat format, int maxPayloadBytes);

    /**
     * What a description alone tells of the decoder's configuration (sprop-parameter-sets, config=), or null when it
     * must come in band. Bad values give null.
     */
    @Nullable DecoderConfig configOf(RtpFormat format);

    /** The format to announce in SDP for a stream of this configuration, parameter sets included. */
    RtpFormat formatOf(DecoderConfig config, int payloadType);

    /**
     * How tracks of this codec are stored in MP4.
     *
     * @param config the stream's configuration
     */
    SampleDescription sampleDescription(DecoderConfig config);

    /** Whether {@code type} is a four-character code of a sample entry that this codec reads ({@code avc1}, {@code avc3}). */
    boolean readsSampleEntry(String type);

    /**
     * The configuration in a sample entry of an MP4 file.
     *
     * @param entry the sample entry as read
     * @throws MalformedException when the configuration record breaks its format
     */
    DecoderConfig configOf(SampleDescription entry) throws MalformedException;

    /**
     * Whether decoding can start at the frame (or parameter sets) that this RTP payload begins: where a viewer may be
     * switched to its source. Looks at the payload alone, never throws, allocates nothing; true for every audio payload.
     */
    default boolean startsKeyFrame(byte[] data, int offset, int length) {
        return true;
    }

    /**
     * Says in {@code into} which scalable layer this RTP payload is of, where the payload itself tells. Never throws, allocates nothing; clears
     * {@code into} where it does not tell.
     */
    default void readLayers(byte[] data, int offset, int length, PacketLayers into) {
        into.clear();
    }

    /**
     * Whether no other picture refers to this one, so that it can be left out and all others still be decoded.
     *
     * @param frame as {@link MediaFrame#data} has it
     * @throws MalformedException when its structure is broken
     */
    default boolean isDisposable(byte[] frame) throws MalformedException {
        return false;
    }

    /** A new machine that keeps the numbers in payload descriptors going on for one viewer. */
    default PayloadNumbers payloadNumbers() {
        return PayloadNumbers.NONE;
    }
}
