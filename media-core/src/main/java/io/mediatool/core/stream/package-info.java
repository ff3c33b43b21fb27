/**
 * One media stream's packets: the incoming source with its counters and listeners, the time-based reordering buffer, the
 * outgoing source with its own header space, and the mapping of RTP time to wall-clock time by sender reports.
 *
 * <p>Floor 1. Machines: one thread at a time (the loop's), no clock, no log; time comes as {@code nowNs}.
 */
@NullMarked
package io.mediatool.core.stream;

import org.jspecify.annotations.NullMarked;
