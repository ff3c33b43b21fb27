/**
 * What the boxes of a movie and of its fragments say of samples (ISO/IEC 14496-12 §8): read, never loaded whole.
 *
 * <p>Floor 1. One thread at a time, no clock, no log. Memory is bounded whatever a file claims.
 */
@NullMarked
package io.mediatool.core.mp4.movie;

import org.jspecify.annotations.NullMarked;
