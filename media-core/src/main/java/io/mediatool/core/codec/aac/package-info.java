/**
 * AAC: the RTP payload formats of RFC 3640 (mpeg4-generic, in and out) and RFC 6416 (MP4A-LATM,
 * in), the AudioSpecificConfig and LATM of ISO/IEC 14496-3, the {@code esds} of MP4, and the ADTS
 * and LOAS streams that MPEG-TS carries.
 *
 * <p>Floor 1. Machines: one thread at a time, no clock, no log. Packets are borrowed, frames are owned arrays.
 */
@NullMarked
package io.mediatool.core.codec.aac;

import org.jspecify.annotations.NullMarked;
