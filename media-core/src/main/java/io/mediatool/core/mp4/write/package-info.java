/**
 * Writing MP4 files that survive a crash at any byte, and mending those that did not end well.
 *
 * <p>Floor 1. One thread at a time per file, no clock, no log. Memory is bounded however long a recording runs.
 */
@NullMarked
package io.mediatool.core.mp4.write;

import org.jspecify.annotations.NullMarked;
