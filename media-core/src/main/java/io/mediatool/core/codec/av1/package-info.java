/**
 * AV1: the RTP payload format of AOM ("RTP Payload Format For AV1", v1.0), OBUs and sequence header of the AV1 bitstream
 * specification §5, and {@code av01} in MP4 ("AV1 Codec ISO Media File Format Binding").
 *
 * <p>Floor 1. Machines: one thread at a time, no clock, no log. Packets are borrowed, frames are owned arrays.
 */
@NullMarked
package io.mediatool.core.codec.av1;

import org.jspecify.annotations.NullMarked;
