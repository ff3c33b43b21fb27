/**
 * What the two ends of a path learn of its capacity: arrival times for the sender's estimate (transport-wide-cc) and an
 * estimate of the receiver's own (REMB) for senders without it.
 *
 * <p>Floor 1. Machines: one thread at a time (the loop's), no clock, no log; time comes as {@code nowNs}. Nothing is
 * allocated for a packet.
 */
@NullMarked
package io.mediatool.core.congestion;

import org.jspecify.annotations.NullMarked;
