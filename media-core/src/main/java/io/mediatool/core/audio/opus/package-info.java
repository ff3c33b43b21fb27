/**
 * Opus to samples and back (RFC 6716), by Concentus.
 *
 * <p>Floor 1. Machines: one thread at a time, no clock, no log.
 */
@NullMarked
package io.mediatool.core.audio.opus;

import org.jspecify.annotations.NullMarked;
