/**
 * The salon: rooms in which sources and sinks meet. Everything is an {@link io.mediatool.core.server.IncomingStream} to
 * those who watch, whatever published it.
 *
 * <p>Floor 3. The types are handles of what lives on a room's loop: methods may be called from any thread where they say
 * so and hop onto the loop; listeners are called on the loop.
 */
@NullMarked
package io.mediatool.core.server;

import org.jspecify.annotations.NullMarked;
