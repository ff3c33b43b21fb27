/**
 * MPEG transport streams (ISO/IEC 13818-1): from packets of 188 bytes to frames with times. Program tables with checksums,
 * PES with 33-bit times unwrapped, access units of H.264, H.265, AAC (ADTS, LATM) and Opus.
 *
 * <p>Wing. Machines: one thread at a time, no clock, no log. Input is borrowed; frames own their bytes. Nothing in a stream
 * makes these machines throw: what is broken is skipped and counted in {@link io.mediatool.ingest.mpegts.TsStatistics}.
 */
@NullMarked
package io.mediatool.ingest.mpegts;

import org.jspecify.annotations.NullMarked;
