/**
 * One incoming track on its way from packets to timed frames: reordering, depacketizing, media time, decoding time
 * ({@code TrackRecorder}, and a {@code Lane} for each codec that comes on it).
 *
 * <p>Machines on the loop's thread; packets are borrowed until the call returns, frames are immutable.
 */
@NullMarked
package io.mediatool.recorder.track;

import org.jspecify.annotations.NullMarked;
