/**
 * Decisions between descriptions and media: which RTP formats a medium offers, and the descriptions that announce ours.
 *
 * <p>Floor 4. Stateless, no clock, no log.
 */
@NullMarked
package io.mediatool.core.signalling;

import org.jspecify.annotations.NullMarked;
