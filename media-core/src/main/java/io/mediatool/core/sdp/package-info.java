/**
 * Session descriptions (RFC 8866): values, a lenient reader that says what it had to mend, a strict writer. Knows lines and
 * payload type numbers, not codecs.
 *
 * <p>Floor 0. Values are immutable; the reader and the writer keep no state. No clock, no log.
 */
@NullMarked
package io.mediatool.core.sdp;

import org.jspecify.annotations.NullMarked;
