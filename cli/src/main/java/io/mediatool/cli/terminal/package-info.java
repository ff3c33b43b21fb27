/**
 * What a command says and where: lines and the status line on standard error, data on standard output, exit codes, and the
 * signals that end it.
 */
@NullMarked
package io.mediatool.cli.terminal;

import org.jspecify.annotations.NullMarked;
