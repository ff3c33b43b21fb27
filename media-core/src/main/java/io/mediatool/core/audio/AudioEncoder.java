package io.mediatool.core.audio;

/** Makes frames of one codec, all of one length. One thread at a time. */
public interface AudioEncoder {
    /** Samples a second that it takes of each channel. */
    int sampleRate();

    int channels();

    /** Samples of each channel in a frame. */
    int frameSamples();

    /** By so many samples a decoder's output is late against what was put in. */
    int delaySamples();

    /**
     * Encodes the next frame.
     *
     * @param planes {@link #frameSamples()} of each channel, borrowed
     * @return the frame as {@link io.mediatool.core.codec.MediaFrame} holds it
     */
    byte[] encode(float[][] planes);
}
