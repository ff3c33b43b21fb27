/**
 * What H.264 and H.265 share: NAL units in samples and in Annex B, their parameter sets, and the rules by which NAL units
 * become access units (MP4 samples) and access units packets. What RTP payload headers look like belongs to each codec.
 *
 * <p>Floor 1. Machines: one thread at a time, no clock, no log. Input is borrowed, output is new.
 */
@NullMarked
package io.mediatool.core.codec.nal;

import org.jspecify.annotations.NullMarked;
