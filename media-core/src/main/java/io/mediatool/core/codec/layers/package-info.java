/**
 * Scalable layers as header extensions tell them, whatever the codec: the dependency descriptor (AV1 RTP specification, appendix A).
 *
 * <p>Floor 1, inside codec. Machines: one for each source, one thread at a time, no clock, no log; packets are borrowed and nothing
 * is allocated for one that brings no new structure.
 */
@NullMarked
package io.mediatool.core.codec.layers;

import org.jspecify.annotations.NullMarked;
