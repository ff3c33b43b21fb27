/**
 * Programs of a transport stream become tracks: frames are cut into RTP packets with an SSRC and payload type of their own,
 * on one clock for all, so that whoever listens need not know where they came from.
 *
 * <p>Wing. Machines for the loop's thread; time comes as {@code nowNs}. Input is borrowed until return.
 */
@NullMarked
package io.mediatool.ingest.program;

import org.jspecify.annotations.NullMarked;
