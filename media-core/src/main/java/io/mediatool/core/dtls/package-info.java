/**
 * DTLS 1.2 for SRTP keys (RFC 6347, RFC 5764): {@link io.mediatool.core.dtls.DtlsConnection} is what the transport knows,
 * {@link io.mediatool.core.dtls.DtlsEndpoint} makes those of BouncyCastle, which is nowhere else.
 *
 * <p>Floor 1. BouncyCastle waits for datagrams in a thread, so handshakes have threads of their own, few and with a deadline; what
 * they tell comes back through the loop. On the loop's side nothing blocks.
 */
@NullMarked
package io.mediatool.core.dtls;

import org.jspecify.annotations.NullMarked;
