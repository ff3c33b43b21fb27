/**
 * WebRTC offers and answers as pure functions: {@link io.mediatool.core.signalling.webrtc.WebRtcOffer#read} says what an
 * offer holds, {@link io.mediatool.core.signalling.webrtc.Negotiation} answers it for a publisher (WHIP, RFC 9725) or a viewer
 * (WHEP), {@link io.mediatool.core.signalling.webrtc.IceFragment} is what PATCH carries (RFC 8840). One transport for all media.
 *
 * <p>Floor 4, inside signalling. Stateless, any thread, no clock, no randomness, no log.
 */
@NullMarked
package io.mediatool.core.signalling.webrtc;

import org.jspecify.annotations.NullMarked;
