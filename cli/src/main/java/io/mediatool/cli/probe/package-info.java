/** What {@code probe} says of files and descriptions. */
@NullMarked
package io.mediatool.cli.probe;

import org.jspecify.annotations.NullMarked;
