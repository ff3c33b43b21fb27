package io.mediatool.core.codec;

import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.rtp.RtpPacket;

/**
 * Puts frames together from the RTP payloads of one source. Fed with packets in sequence order, each once; a hole in the
 * sequence is announced by {@link #onLoss()} before the packet after it.
 *
 * <p>Never loses what it can keep: a frame with a missing piece is delivered {@code damaged} with the pieces that decode on
 * their own (whole NAL units), or dropped when nothing of it stands alone. Memory is bounded per frame.
 */
public interface Depacketizer {
    /** No frame grows beyond this: 16 MiB, several times the largest key frame of 8K video. */
    int MAX_FRAME_BYTES = 16 << 20;

    /** Takes finished frames, in decoding order. */
    interface Listener {
        void onFrame(MediaFrame frame);
    }

    /**
     * Takes the next packet.
     *
     * @param packet borrowed until return
     * @param timestamp its RTP timestamp, unwrapped to 64 bits
     * @throws MalformedException when the payload breaks the format. The packet is then as lost; the state stays sound
     */
    void onPacket(RtpPacket packet, long timestamp, Listener listener) throws MalformedException;

    /** One or more packets between the last and the next one are lost for good. */
    void onLoss();

    /** Delivers what is complete; called when the source ends or pauses. */
    void flush(Listener listener);
}
