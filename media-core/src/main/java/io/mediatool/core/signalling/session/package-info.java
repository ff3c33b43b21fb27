/**
 * Sessions as WHIP (RFC 9725) and WHEP see them: an offer opens one, it is trickled to, restarted, watched and ended. Joins what
 * {@link io.mediatool.core.signalling.webrtc} decides to what {@link io.mediatool.core.server} does.
 *
 * <p>Floor 4, inside signalling. Everything public is for any thread: it hops onto the loop and answers by a
 * {@link java.util.concurrent.CompletionStage}, completed on the loop's thread; listeners are called there too and must not wait.
 */
@NullMarked
package io.mediatool.core.signalling.session;

import org.jspecify.annotations.NullMarked;
