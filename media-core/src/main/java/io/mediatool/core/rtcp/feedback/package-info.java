/**
 * What receivers tell senders early (RFC 4585, RFC 5104, REMB, transport-wide congestion control): feedback messages as
 * values, read from and written to the raw packets of the room above.
 *
 * <p>Floor 0. Values are immutable and own their numbers; reading and writing keep no state. No clock, no log.
 */
@NullMarked
package io.mediatool.core.rtcp.feedback;

import org.jspecify.annotations.NullMarked;
