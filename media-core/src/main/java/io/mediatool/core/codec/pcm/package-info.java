/**
 * Audio whose RTP clock counts samples: PCMU, PCMA, L16 and G.722 (RFC 3551 §4.5). One packet is one frame.
 *
 * <p>In MP4: {@code ulaw} and {@code alaw} as QuickTime names them, {@code twos} for L16, whose network byte order it is.
 * G.722 has no name in MP4, so by rule it is decoded when received and stored as L16 of 16 kHz; sent again it is L16, or
 * G.722 newly encoded where the receiver asks for it.
 *
 * <p>Floor 1. Machines: one thread at a time, no clock, no log. Packets are borrowed, frames are owned arrays.
 */
@NullMarked
package io.mediatool.core.codec.pcm;

import org.jspecify.annotations.NullMarked;
