/**
 * H.264 (ITU-T H.264, ISO/IEC 14496-10): RTP payload format of RFC 6184, avcC of ISO/IEC 14496-15.
 *
 * <p>Floor 1. Machines: one thread at a time, no clock, no log. Packets are borrowed; frames are new arrays.
 */
@NullMarked
package io.mediatool.core.codec.h264;

import org.jspecify.annotations.NullMarked;
