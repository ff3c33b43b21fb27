/**
 * Sound as samples: the contract of decoders and encoders, sampling rates, channels. Each codec lives in a package of its own below; only
 * {@code audio.catalog} imports them all.
 *
 * <p>Floor 1. Machines: one thread at a time, no clock, no log. Slow by the measure of packets, and never run on their path.
 */
@NullMarked
package io.mediatool.core.audio;

import org.jspecify.annotations.NullMarked;
