/**
 * What is written beside a recording's file: who is in it, when, and what is missing.
 *
 * <p>Roof. Where files are written; no thread of its own. Failing is told, and never the recording's trouble.
 */
@NullMarked
package io.mediatool.cli.rooms.sidecar;

import org.jspecify.annotations.NullMarked;
