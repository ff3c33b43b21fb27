/**
 * How work crosses from one loop to another: {@link io.mediatool.core.loop.crossing.BatchLane} carries batches, one task a turn, and
 * brings them back to be filled again; {@link io.mediatool.core.loop.crossing.PackedBytes} is what most batches are made of.
 */
@NullMarked
package io.mediatool.core.loop.crossing;

import org.jspecify.annotations.NullMarked;
