/**
 * The other side of WHIP (RFC 9725) and WHEP: {@link io.mediatool.core.signalling.client.ClientSession} offers, asks a server by HTTP,
 * connects as its answer says, and then publishes a stream or brings what it watches into a room. The media itself is that of
 * {@link io.mediatool.core.server.peer}.
 *
 * <p>Floor 4, inside signalling. A session belongs to its endpoint's loop; HTTP and names are asked for elsewhere, without waiting.
 */
@NullMarked
package io.mediatool.core.signalling.client;

import org.jspecify.annotations.NullMarked;
