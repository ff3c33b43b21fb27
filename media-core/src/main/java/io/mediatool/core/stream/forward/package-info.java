/**
 * One source to one viewer: {@link io.mediatool.core.stream.forward.RtpStreamTransponder} chooses when a source takes the place of
 * another, and its packets leave in a number space of the viewer's own.
 *
 * <p>Floor 1, inside stream. Machines: one thread at a time (the loop's), no clock, no log; time comes as {@code nowNs}. Packets are
 * borrowed and copied once, into scratch space that all viewers of a loop share.
 */
@NullMarked
package io.mediatool.core.stream.forward;

import org.jspecify.annotations.NullMarked;
