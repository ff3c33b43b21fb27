/** Options that several commands share, and what they mean. */
@NullMarked
package io.mediatool.cli.option;

import org.jspecify.annotations.NullMarked;
