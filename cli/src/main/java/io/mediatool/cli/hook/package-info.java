/**
 * Tells others what happens: webhooks, and a command for each recorded file.
 *
 * <p>Roof. Told on any thread and never waits: each URL has a queue and a thread, commands have theirs.
 */
@NullMarked
package io.mediatool.cli.hook;

import org.jspecify.annotations.NullMarked;
