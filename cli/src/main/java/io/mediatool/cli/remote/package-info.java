/**
 * Parts of runs that meet a WHIP or WHEP server: {@link io.mediatool.cli.remote.WhepPart} watches, {@link io.mediatool.cli.remote.WhipPart}
 * publishes. Each has a port of its own.
 */
@NullMarked
package io.mediatool.cli.remote;

import org.jspecify.annotations.NullMarked;
