/**
 * G.711 (ITU-T G.711) and L16 (RFC 3551 §4.5.11) to samples and back; G.722 as the L16 that its packetizer takes.
 *
 * <p>Floor 1. Machines: one thread at a time, no clock, no log.
 */
@NullMarked
package io.mediatool.core.audio.pcm;

import org.jspecify.annotations.NullMarked;
