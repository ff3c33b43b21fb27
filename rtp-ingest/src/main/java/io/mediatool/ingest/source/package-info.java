/**
 * Where media comes in as RTP or as an MPEG transport stream over UDP: what a user may name as a source, and the ingest
 * that listens there and publishes one stream into a room.
 *
 * <p>Wing. {@link io.mediatool.ingest.source.SourceSpec#parse} reads and resolves on the caller's thread; an
 * {@link io.mediatool.ingest.source.RtpIngest} is a handle for any thread of what lives on the room's loop. Never prints:
 * it tells its listener.
 */
@NullMarked
package io.mediatool.ingest.source;

import org.jspecify.annotations.NullMarked;
