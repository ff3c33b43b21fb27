/**
 * What every route needs: refusals as problem+json (RFC 9457), bodies with a bound and a deadline, who may ask how often, and what
 * browsers must be told about other origins.
 *
 * <p>Roof, inside http. Belongs to the thread of the HTTP server except where a type says so.
 */
@NullMarked
package io.mediatool.cli.http.exchange;

import org.jspecify.annotations.NullMarked;
