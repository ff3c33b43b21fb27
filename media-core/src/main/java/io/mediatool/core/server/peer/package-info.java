/**
 * The door of the salon for WebRTC peers: a port ({@link io.mediatool.core.server.peer.Endpoint}) and for each peer a
 * {@link io.mediatool.core.server.peer.Transport}, which brings its streams into rooms and takes those of rooms to it, with all
 * the feedback that belongs to that (RFC 3550, 4585, 4588, 5104, transport-wide-cc, REMB).
 *
 * <p>Floor 3, inside server. Belongs to one loop's thread except where a type says so.
 */
@NullMarked
package io.mediatool.core.server.peer;

import org.jspecify.annotations.NullMarked;
