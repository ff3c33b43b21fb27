/**
 * Frames of one codec to frames of another, on the source's media clock.
 *
 * <p>Floor 1. Machines: one thread at a time, no clock, no log.
 */
@NullMarked
package io.mediatool.core.audio.transcode;

import org.jspecify.annotations.NullMarked;
