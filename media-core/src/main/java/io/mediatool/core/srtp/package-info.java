/**
 * SRTP and SRTCP (RFC 3711, RFC 6188, RFC 7714): packets are protected and opened in place.
 *
 * <p>Floor 1. An {@link io.mediatool.core.srtp.SrtpSession} belongs to one thread; arrays are the caller's. The transforms are
 * behind {@link io.mediatool.core.srtp.SrtpCipher}; AES-GCM is the JDK's or a native library's, behind {@link
 * io.mediatool.core.srtp.AesGcm}.
 */
@NullMarked
package io.mediatool.core.srtp;

import org.jspecify.annotations.NullMarked;
