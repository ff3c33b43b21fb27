/**
 * Sends a stream of a room as plain RTP to one receiver or multicast group (RFC 3550), with sender reports, SDES, BYE and
 * the SDP that opens it in FFmpeg, VLC and GStreamer.
 *
 * <p>Wing. Lives on the room's loop; packets are borrowed from the source until its call returns.
 */
@NullMarked
package io.mediatool.ingest.forward;

import org.jspecify.annotations.NullMarked;
