/**
 * One run of {@code mediatool serve} and its parts: what it says, its TLS files and keys, and who can reach what it advertises.
 *
 * <p>Roof.
 */
@NullMarked
package io.mediatool.cli.serve;

import org.jspecify.annotations.NullMarked;
