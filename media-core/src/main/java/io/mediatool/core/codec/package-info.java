/**
 * The contract of codecs: how a coded frame is named, packed into RTP payloads and taken out of them, and described in
 * SDP and in MP4. Each codec lives in a package of its own below and implements {@link io.mediatool.core.codec.CodecModule};
 * only {@code codec.catalog} imports them all, so adding a codec is one package and one line there.
 *
 * <p>Floor 1. Machines: one thread at a time, no clock, no log. Packets are borrowed; frames are plain immutable arrays.
 */
@NullMarked
package io.mediatool.core.codec;

import org.jspecify.annotations.NullMarked;
