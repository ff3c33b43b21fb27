/**
 * The runs of {@code record}, {@code play} and {@code ingest}: parts (sources, recording, forwards, player) wired in a room on
 * one loop, supervised until there is a reason to stop.
 */
@NullMarked
package io.mediatool.cli.run;

import org.jspecify.annotations.NullMarked;
