/**
 * Opus: the RTP payload format of RFC 7587, the packet structure of RFC 6716 §3 and {@code Opus} in MP4 ("Encapsulation of
 * Opus in ISO Base Media File Format").
 *
 * <p>Floor 1. Machines: one thread at a time, no clock, no log. Packets are borrowed, frames are owned arrays.
 */
@NullMarked
package io.mediatool.core.codec.opus;

import org.jspecify.annotations.NullMarked;
