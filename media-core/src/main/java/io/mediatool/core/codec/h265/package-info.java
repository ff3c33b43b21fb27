/**
 * H.265 (ITU-T H.265, ISO/IEC 23008-2): RTP payload format of RFC 7798, hvcC of ISO/IEC 14496-15.
 *
 * <p>Floor 1. Machines: one thread at a time, no clock, no log. Packets are borrowed; frames are new arrays.
 */
@NullMarked
package io.mediatool.core.codec.h265;

import org.jspecify.annotations.NullMarked;
