package io.mediatool.recorder;

import io.mediatool.core.codec.Codec;

/**
 * What one track of a recording came to.
 *
 * @param id the incoming track's name ({@code video0}); with the codec behind it when a second codec came on the same track
 * @param codec what it carries
 * @param width of the newest configuration in pixels, 0 for sound
 * @param height likewise
 * @param sampleRate of the newest configuration in Hz, 0 for pictures
 * @param channels likewise
 * @param frames in the file
 * @param keyFrames how many of them decoding can start at
 * @param durationNs from its first frame's time to the end of its last
 * @param bytes of those frames
 * @param bitrateBps bytes over duration
 * @param packets RTP packets received, without duplicates
 * @param lost RTP packets that never came or came too late
 * @param reordered RTP packets that came after a later one
 * @param late of these, those that came too late to be used
 * @param duplicates RTP packets dropped because they had come before
 * @param damagedFrames frames of which packets are missing, stored as far as they stand alone
 * @param timestampCorrections how often time was set anew: the sender's clock jumped or stood still, or it started anew
 * @param clockDriftPpm by how many millionths the sender's media clock is faster than ours; 0 until 10 s are known, or when
 *     the sender does not send in real time
 * @param droppedFrames frames that are not in the file: undecodable before the first key frame, or the disk was too slow or full
 * @param malformedPackets whose payload breaks the codec's format
 * @param strayPackets of a payload type or a sender that does not belong here, or far from the sequence
 * @param ignoredReports sender reports that contradict the passing of time or each other
 */
public record TrackSummary(
        String id,
        Codec codec,
        int width,
        int height,
        int sampleRate,
        int channels,
        long frames,
        long keyFrames,
        long durationNs,
        long bytes,
        long bitrateBps,
        long packets,
        long lost,
        long reordered,
        long late,
        long duplicates,
        long damagedFrames,
        long timestampCorrections,
        double clockDriftPpm,
        long droppedFrames,
        long malformedPackets,
        long strayPackets,
        long ignoredReports) {}
