package io.mediatool.player;

/**
 * How far it has got.
 *
 * @param positionNs media time played, all rounds together
 * @param durationNs media time to be played, all rounds together; 0 when it is not known or endless
 * @param frames sent
 * @param packets sent
 * @param bytes payload bytes sent
 */
public record PlayerProgress(long positionNs, long durationNs, long frames, long packets, long bytes) {}
