/**
 * Pictures out of coded key frames, for thumbnails. The only room with JCodec, which decodes H.264 and VP8 key frames in pure
 * Java; slow, and never on a packet's path.
 *
 * <p>Floor 1. Any thread; nothing is shared.
 */
@NullMarked
package io.mediatool.core.picture;

import org.jspecify.annotations.NullMarked;
