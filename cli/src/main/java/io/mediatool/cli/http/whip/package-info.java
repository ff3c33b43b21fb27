/**
 * WHIP (RFC 9725) and WHEP (draft-ietf-wish-whep) over {@link io.mediatool.core.signalling.session}: endpoints, sessions, and the
 * extensions of WHEP for server-sent events and layers.
 *
 * <p>Roof, inside http. Belongs to the thread of the HTTP server; what sessions tell comes from the loop's thread and is brought over.
 */
@NullMarked
package io.mediatool.cli.http.whip;

import org.jspecify.annotations.NullMarked;
