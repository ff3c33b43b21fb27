/**
 * The one place that knows every craftsman of sound: what can be decoded, what can be made of it.
 *
 * <p>Floor 1. Stateless, any thread.
 */
@NullMarked
package io.mediatool.core.audio.catalog;

import org.jspecify.annotations.NullMarked;
