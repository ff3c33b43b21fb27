/**
 * STUN messages (RFC 8489) as ICE uses them (RFC 8445 §7): read, judged and written.
 *
 * <p>Floor 0. One thread at a time, no clock, no log. A {@link io.mediatool.core.stun.StunMessage} owns its bytes.
 */
@NullMarked
package io.mediatool.core.stun;

import org.jspecify.annotations.NullMarked;
