/**
 * VP8: the RTP payload format of RFC 7741, the frame header of RFC 6386 §9.1 and {@code vp08} in MP4.
 *
 * <p>Floor 1. Machines: one thread at a time, no clock, no log. Packets are borrowed, frames are owned arrays.
 */
@NullMarked
package io.mediatool.core.codec.vp8;

import org.jspecify.annotations.NullMarked;
