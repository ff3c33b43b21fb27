/**
 * Sends frames that are RTP packets already, each at its time: paced against the monotonic clock of the loop, big frames
 * spread, one track not waiting for another.
 *
 * <p>Wing. Single-threaded, the loop's. Frames are made elsewhere, handed over and changed by nobody.
 */
@NullMarked
package io.mediatool.player.pace;

import org.jspecify.annotations.NullMarked;
