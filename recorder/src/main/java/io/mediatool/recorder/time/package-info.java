/**
 * The clocks of a recording: RTP time of one sender becomes the media time of one track ({@code TrackTimeline}), decoding
 * times are found for frames that come in decoding order ({@code DecodeOrder}), tracks are placed against each other
 * ({@code TrackAlignment}, RFC 3550 §6.4.1) and a sender's clock is measured ({@code ClockDrift}).
 *
 * <p>Machines: one thread (the loop's), no clock of their own, no log. All times of arrival are monotonic nanoseconds.
 */
@NullMarked
package io.mediatool.recorder.time;

import org.jspecify.annotations.NullMarked;
