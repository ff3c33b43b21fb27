/**
 * RTCP on the wire (RFC 3550 §6): reports, source descriptions and goodbyes as values, read from and written to compound
 * packets. Reduced-size packets (RFC 5506) are read as well. Feedback (RFC 4585) and everything
 * else is kept raw; the room {@code feedback} reads it.
 *
 * <p>Floor 0. Values are immutable and own their bytes; reading and writing keep no state. No clock, no log.
 */
@NullMarked
package io.mediatool.core.rtcp;

import org.jspecify.annotations.NullMarked;
