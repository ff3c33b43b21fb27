/**
 * What viewers are sent: an {@link io.mediatool.core.server.outgoing.OutgoingStream} with tracks that take the best layer of what
 * they watch, with pictures from before they came, repair and reports.
 *
 * <p>Floor 3, inside server. Belongs to one loop's thread.
 */
@NullMarked
package io.mediatool.core.server.outgoing;

import org.jspecify.annotations.NullMarked;
