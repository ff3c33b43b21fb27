package io.mediatool.player.pace;

/**
 * The RTP packets of one frame, or of a piece of one that has a time of its own.
 *
 * @param track index of its track
 * @param timeNs when it is to be sent, on the clock of the playing (at speed 1); never goes back within a track
 * @param durationNs until the next one of its track, at least 0
 * @param endNs when it has been shown, on the same clock
 * @param frames how many frames it counts for: 1, or 0 for the further pieces of one
 * @param data whole RTP packets, one after the other
 * @param ends where each packet ends in {@code data}
 */
public record PacedFrame(int track, long timeNs, long durationNs, long endNs, int frames, byte[] data, int[] ends) {

    /** How many packets it is. */
    public int packets() {
        return ends.length;
    }

    int start(int packet) {
        return packet == 0 ? 0 : ends[packet - 1];
    }
}
