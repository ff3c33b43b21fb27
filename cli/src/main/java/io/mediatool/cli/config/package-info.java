/**
 * The settings of {@code mediatool serve}: one name each, given as an option, as an environment variable or in a YAML file; what
 * stands nearer to the user wins, in this order.
 *
 * <p>Roof. Everything here is a value.
 */
@NullMarked
package io.mediatool.cli.config;

import org.jspecify.annotations.NullMarked;
