/** What a run of {@code record}, {@code play} or {@code ingest} is put together of. */
@NullMarked
package io.mediatool.cli.part;

import org.jspecify.annotations.NullMarked;
