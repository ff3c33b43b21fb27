package io.mediatool.core.codec;

import io.mediatool.core.bits.MalformedException;

/** Cuts frames, as {@link MediaFrame} holds them, into RTP payloads. Keeps its scratch space between frames. */
public interface Packetizer {

    /** Takes the payloads of one frame, in order. */
    interface Output {
        /**
         * One RTP payload.
         *
         * @param data borrowed until return
         * @param marker whether the RTP marker bit is to be set
         * @param timestampOffset what to add to the frame's timestamp for this packet, in units of the RTP clock: 0 for
         *     video; more than 0 where one sample of a file is cut into packets of their own time (PCM)
         */
        void onPayload(byte[] data, int offset, int length, boolean marker, int timestampOffset);
    }

    /**
     * Cuts one frame. The frame's {@code config}, where given, is the one to repeat in band before key frames (parameter
     * sets that the sample itself does not carry).
     *
     * @throws MalformedException when the sample breaks the format of MP4 samples; nothing is emitted then
     */
    void packetize(MediaFrame frame, Output output) throws MalformedException;
}
