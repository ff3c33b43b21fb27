/**
 * Floor 4: what a viewer is offered whose own offer takes nothing of what is sent (406 of draft-ietf-wish-whep), and its answer.
 *
 * <p>Values; any thread.
 */
@NullMarked
package io.mediatool.core.signalling.counter;

import org.jspecify.annotations.NullMarked;
