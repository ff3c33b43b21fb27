package io.mediatool.player;

/**
 * How far it has got.
 *
 * @param positionNs media time played, all rounds together
 * @param durationNs media time to be played, all rounds together; 0 when it is not known or endless
 * @param listPositionNs where that is on the clock of the files, which {@code start} and {@link Player#seek} count in
 * @param listDurationNs how long the files are together; 0 when it is not known
 * @param round begun, from 1
 * @param speed media time per time
 * @param loops rounds in all, 0 for ever
 * @param frames sent
 * @param packets sent
 * @param bytes payload bytes sent
 */
public record PlayerProgress(
        long positionNs,
        long durationNs,
        long listPositionNs,
        long listDurationNs,
        int round,
        double speed,
        int loops,
        long frames,
        long packets,
        long bytes) {}
