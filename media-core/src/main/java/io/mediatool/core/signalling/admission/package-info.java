/**
 * Floor 4: who gets in. How many may at once, and those who wait until there is something for them.
 *
 * <p>{@link io.mediatool.core.signalling.admission.Places} for any thread, {@link io.mediatool.core.signalling.admission.Waiters} for a loop's.
 */
@NullMarked
package io.mediatool.core.signalling.admission;

import org.jspecify.annotations.NullMarked;
