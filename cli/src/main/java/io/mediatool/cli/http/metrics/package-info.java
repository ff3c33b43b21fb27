/**
 * {@code /metrics} for Prometheus: what the reports of sessions and the counters of the ports say, added up when it is asked for.
 *
 * <p>Roof, inside http. Belongs to the thread of the HTTP server; packets know nothing of it.
 */
@NullMarked
package io.mediatool.cli.http.metrics;

import org.jspecify.annotations.NullMarked;
