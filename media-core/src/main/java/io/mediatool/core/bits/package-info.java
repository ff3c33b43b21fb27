/**
 * Bytes and bits: bounds-checked readers and writers, the one exception for what a peer got wrong, and what is read ahead of its use.
 *
 * <p>Floor 0. Machines: one thread at a time, no clock, no log. Arrays are borrowed from the caller unless a method says
 * that it copies.
 */
@NullMarked
package io.mediatool.core.bits;

import org.jspecify.annotations.NullMarked;
