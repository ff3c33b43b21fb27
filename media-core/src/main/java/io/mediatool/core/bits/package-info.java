/**
 * Bytes and bits: bounds-checked readers and writers, and the one exception for what a peer got wrong.
 *
 * <p>Floor 0. Machines: one thread at a time, no clock, no log. Arrays are borrowed from the caller unless a method says
 * that it copies.
 */
@NullMarked
package io.mediatool.core.bits;

import org.jspecify.annotations.NullMarked;
