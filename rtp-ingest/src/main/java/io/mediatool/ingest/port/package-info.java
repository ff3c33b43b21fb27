/**
 * One UDP port of an ingest: datagrams become RTP packets, RTCP and transport streams, and those become tracks.
 *
 * <p>Wing. Machines for the loop's thread; time comes as {@code nowNs}. What the network sends is borrowed until return and
 * copied only where it must wait. Everything that the network can grow is bounded.
 */
@NullMarked
package io.mediatool.ingest.port;

import org.jspecify.annotations.NullMarked;
