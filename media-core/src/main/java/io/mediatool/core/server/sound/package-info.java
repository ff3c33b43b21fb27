/**
 * Tracks in other codecs, for those who cannot take what is sent: decoded and encoded once, off the loops.
 *
 * <p>Floor 3. For the loop's thread; the work itself is done by a pool, a source's frames one after the other.
 */
@NullMarked
package io.mediatool.core.server.sound;

import org.jspecify.annotations.NullMarked;
