/**
 * The hallway: one UDP port for all peers ({@link io.mediatool.core.transport.RtpBundleTransport}), and per peer ICE, DTLS and
 * SRTP put together ({@link io.mediatool.core.transport.DtlsIceTransport}).
 *
 * <p>Floor 2. All of it belongs to one loop's thread. Received packets are lent until return, decrypted in place; packets to be
 * sent are copied once.
 */
@NullMarked
package io.mediatool.core.transport;

import org.jspecify.annotations.NullMarked;
