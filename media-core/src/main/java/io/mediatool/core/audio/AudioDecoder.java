package io.mediatool.core.audio;

import io.mediatool.core.bits.MalformedException;

/** Makes samples of the frames of one source, in order. One thread at a time. */
public interface AudioDecoder {
    /**
     * Decodes the next frame.
     *
     * @param frame as {@link io.mediatool.core.codec.MediaFrame} holds it; not changed
     * @throws MalformedException when it cannot be decoded. It is as lost then; the next may be good
     */
    Sound decode(byte[] frame) throws MalformedException;
}
