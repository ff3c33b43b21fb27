/**
 * How addresses are written for people, in logs, reports and errors; what protocols write is their own business.
 *
 * <p>Below every floor, inside loop. Any thread.
 */
@NullMarked
package io.mediatool.core.loop.address;

import org.jspecify.annotations.NullMarked;
