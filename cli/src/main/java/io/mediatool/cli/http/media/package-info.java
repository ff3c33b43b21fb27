/**
 * The files of the media directory by HTTP: listed, fetched in parts (RFC 9110 §14), deleted, and links to them that need no token.
 *
 * <p>Roof, inside http. Belongs to the thread of the HTTP server; disks are waited for on threads of its own.
 */
@NullMarked
package io.mediatool.cli.http.media;

import org.jspecify.annotations.NullMarked;
