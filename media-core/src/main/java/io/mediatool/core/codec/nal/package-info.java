/**
 * What H.264 and H.265 share: NAL units in samples and in Annex B, their parameter sets, and the rules by which NAL units
 * become access units (MP4 samples). Knows nothing of RTP payload headers; those belong to each codec.
 *
 * <p>Floor 1. Machines: one thread at a time, no clock, no log. Input is borrowed, output is new.
 */
@NullMarked
package io.mediatool.core.codec.nal;

import org.jspecify.annotations.NullMarked;
