/** What people are told of a recording: how fast it grows, and what it lacks. Made of its progress; no thread of its own. */
@NullMarked
package io.mediatool.cli.report;

import org.jspecify.annotations.NullMarked;
