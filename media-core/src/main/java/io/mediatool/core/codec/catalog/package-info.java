/**
 * The catalogue of codecs: the one place that knows every codec's room.
 *
 * <p>Floor 1. Stateless, any thread.
 */
@NullMarked
package io.mediatool.core.codec.catalog;

import org.jspecify.annotations.NullMarked;
