/**
 * The recorder: what arrives as RTP in an {@link io.mediatool.core.server.IncomingStream} becomes an MP4 file that holds every
 * frame at its time. This room is the front: options, progress, summary and {@link io.mediatool.recorder.Recorder} itself,
 * which ties the rooms below together: {@code recorder.track} (packets to timed samples), {@code recorder.time} (the clocks)
 * and {@code recorder.file} (samples to files).
 *
 * <p>Wing. Packets and times are handled on the loop's thread, files on the executor given; frames are immutable and cross
 * over through one bounded queue.
 */
@NullMarked
package io.mediatool.recorder;

import org.jspecify.annotations.NullMarked;
