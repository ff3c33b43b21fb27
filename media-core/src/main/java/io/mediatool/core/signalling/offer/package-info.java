/**
 * An offer of ours put in lines, whoever makes it: a client that publishes or watches elsewhere, a server that offers a viewer something
 * else than it asked for.
 */
@NullMarked
package io.mediatool.core.signalling.offer;

import org.jspecify.annotations.NullMarked;
