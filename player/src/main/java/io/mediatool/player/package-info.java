/**
 * Plays MP4 and MOV files into a room: reads ahead on a file thread, repacketises the file's own codecs, and paces the
 * packets by decoding time on the room's loop. Nothing is transcoded.
 *
 * <p>Wing. The files are touched on the executor given for them, packets and timers live on the room's loop. Frames and
 * packets are plain arrays that cross from one to the other and are then changed by nobody.
 */
@NullMarked
package io.mediatool.player;

import org.jspecify.annotations.NullMarked;
