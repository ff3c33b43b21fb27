/**
 * {@code mediatool play}, {@code record} and {@code ingest} at WHIP and WHEP servers of other stacks: Pion, which MediaMTX and LiveKit are
 * made of, and Janus. What goes in there comes out there, byte for byte, also where packets are lost on the way.
 */
@NullMarked
package io.mediatool.cli.street.servers;

import org.jspecify.annotations.NullMarked;
