/**
 * VP9: the RTP payload format of RFC 9628, the uncompressed frame header and the superframes of the VP9 bitstream
 * specification, and {@code vp09} in MP4.
 *
 * <p>Floor 1. Machines: one thread at a time, no clock, no log. Packets are borrowed, frames are owned arrays.
 */
@NullMarked
package io.mediatool.core.codec.vp9;

import org.jspecify.annotations.NullMarked;
