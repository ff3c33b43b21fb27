/**
 * REST under {@code /api/v1}: rooms, streams and sessions with their statistics, what ends them, and server-sent events of what
 * changes. {@code openapi.json} beside this package describes it; a test holds the two together.
 *
 * <p>Roof, inside http. Belongs to the thread of the HTTP server.
 */
@NullMarked
package io.mediatool.cli.http.api;

import org.jspecify.annotations.NullMarked;
