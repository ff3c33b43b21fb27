/**
 * RTP header extensions (RFC 8285): the kinds that browsers use, the numbers that a peer's description gives them, reading
 * and writing both forms.
 *
 * <p>Floor 0. Machines: one thread at a time, reused from packet to packet, so nothing is allocated for one. A
 * {@link io.mediatool.core.rtp.extension.HeaderExtensions} borrows the packet's array.
 */
@NullMarked
package io.mediatool.core.rtp.extension;

import org.jspecify.annotations.NullMarked;
