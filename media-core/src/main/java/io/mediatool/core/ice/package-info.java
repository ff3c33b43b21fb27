/**
 * ICE (RFC 8445): who may send to us and where we may send to. {@link io.mediatool.core.ice.IceLiteAgent} is the server's
 * side, {@link io.mediatool.core.ice.IceControllingAgent} the client's.
 *
 * <p>Floor 1. Machines: one thread, time by argument, randomness by constructor, no socket: what they send goes to their
 * {@link io.mediatool.core.ice.IceAgent.Listener}. Messages are borrowed until return.
 */
@NullMarked
package io.mediatool.core.ice;

import org.jspecify.annotations.NullMarked;
