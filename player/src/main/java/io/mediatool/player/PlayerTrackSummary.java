package io.mediatool.player;

import io.mediatool.core.codec.Codec;

/**
 * What was sent of one track.
 *
 * @param id its id in the stream
 * @param codec what it is
 * @param frames sent
 * @param packets RTP packets sent
 * @param bytes of their payloads
 * @param skippedFrames samples that could not be sent: outside the file, broken, of a description that cannot be sent
 */
public record PlayerTrackSummary(String id, Codec codec, long frames, long packets, long bytes, long skippedFrames) {}
