/**
 * Who may do what: tokens of the command line and JSON web tokens (RFC 7519), asked for as bearer tokens (RFC 6750).
 *
 * <p>Roof, inside http. Signatures are the JDK's own: three algorithms, and the key decides which one it is.
 */
@NullMarked
package io.mediatool.cli.http.access;

import org.jspecify.annotations.NullMarked;
