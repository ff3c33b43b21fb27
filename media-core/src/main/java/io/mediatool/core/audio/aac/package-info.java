/**
 * AAC to samples (ISO/IEC 14496-3), by JCodec, which carries JAAD.
 *
 * <p>Floor 1. Machines: one thread at a time, no clock, no log.
 */
@NullMarked
package io.mediatool.core.audio.aac;

import org.jspecify.annotations.NullMarked;
