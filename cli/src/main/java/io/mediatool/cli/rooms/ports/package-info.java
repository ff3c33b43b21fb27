/**
 * Which ports of this machine a server has, and where its forwards lead.
 *
 * <p>Roof, below rooms. Any thread.
 */
@NullMarked
package io.mediatool.cli.rooms.ports;

import org.jspecify.annotations.NullMarked;
