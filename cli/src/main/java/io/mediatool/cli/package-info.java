/**
 * The roof: the commands of {@code mediatool}. Parses arguments, wires core and wings together, tells the user what
 * happens, and turns the outcome into an exit code. Works nothing itself. The only room with picocli, with the wall clock
 * and with standard input and output.
 */
@NullMarked
package io.mediatool.cli;

import org.jspecify.annotations.NullMarked;
