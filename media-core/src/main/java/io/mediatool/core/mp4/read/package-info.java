/**
 * Reading MP4 and MOV files, lazily: tables stay in the file and are walked with small windows.
 *
 * <p>Floor 1. One thread at a time per file, no clock, no log. Memory is bounded whatever a file claims.
 */
@NullMarked
package io.mediatool.core.mp4.read;

import org.jspecify.annotations.NullMarked;
