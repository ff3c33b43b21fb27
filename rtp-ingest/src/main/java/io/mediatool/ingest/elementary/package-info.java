/**
 * From the PES packets of MPEG transport streams to frames: where access units begin, which time each one has.
 *
 * <p>Wing. Machines: one thread at a time, no clock, no log. Input is borrowed; frames own their bytes.
 */
@NullMarked
package io.mediatool.ingest.elementary;

import org.jspecify.annotations.NullMarked;
