/**
 * Which codec an undescribed RTP payload type carries, judged by the structure of its first packets: each candidate is out
 * with its first contradiction and gains by what chance does not produce.
 *
 * <p>Wing. Machines: one thread at a time, no clock, no log. Packets are borrowed and not kept.
 */
@NullMarked
package io.mediatool.ingest.recognition;

import org.jspecify.annotations.NullMarked;
