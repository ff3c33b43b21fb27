/**
 * Floor 4: who gets in, and where. How many may at once, those who wait until there is something for them, and which loop has time.
 *
 * <p>{@link io.mediatool.core.signalling.admission.Places} and {@link io.mediatool.core.signalling.admission.LoopLoad} for any thread,
 * {@link io.mediatool.core.signalling.admission.Waiters} for a loop's.
 */
@NullMarked
package io.mediatool.core.signalling.admission;

import org.jspecify.annotations.NullMarked;
