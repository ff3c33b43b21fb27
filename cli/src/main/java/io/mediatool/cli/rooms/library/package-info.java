/**
 * The media directory as a library: which files are there, what is known of each, reading and deleting them.
 *
 * <p>Roof. Looks at the disk, so it is for threads that may wait, any of them.
 */
@NullMarked
package io.mediatool.cli.rooms.library;

import org.jspecify.annotations.NullMarked;
