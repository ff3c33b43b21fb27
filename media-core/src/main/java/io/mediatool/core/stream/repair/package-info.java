/**
 * Repair of losses, towards publishers (NACKs that give up by age, RTX unwrapped, RFC 4588) and towards viewers (what to
 * send again, how often, within which rate).
 *
 * <p>Floor 1. Machines: one thread at a time (the loop's), no clock, no log; time comes as {@code nowNs}. Nothing is
 * allocated for a packet.
 */
@NullMarked
package io.mediatool.core.stream.repair;

import org.jspecify.annotations.NullMarked;
