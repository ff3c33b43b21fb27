/**
 * SRTP and SRTCP (RFC 3711, RFC 6188, RFC 7714): packets are protected and opened in place.
 *
 * <p>Floor 1. An {@link io.mediatool.core.srtp.SrtpSession} belongs to one thread; arrays are the caller's. The ciphers are
 * the JDK's, behind {@link io.mediatool.core.srtp.SrtpCipher}.
 */
@NullMarked
package io.mediatool.core.srtp;

import org.jspecify.annotations.NullMarked;
