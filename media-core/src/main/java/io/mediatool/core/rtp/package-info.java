/**
 * RTP on the wire (RFC 3550 §5, RFC 8285): a packet as a view over borrowed bytes, wrap-free sequence numbers and
 * timestamps, NTP time, units of media clocks.
 *
 * <p>Floor 0. Machines: one thread at a time, no clock, no log. A packet borrows its array: whoever keeps it longer than
 * the call copies it.
 */
@NullMarked
package io.mediatool.core.rtp;

import org.jspecify.annotations.NullMarked;
