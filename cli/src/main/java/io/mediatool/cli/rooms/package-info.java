/**
 * What goes on in the rooms of a server beside its sessions: recordings, players, ingests and forwards, each with an id, a state,
 * progress and an end, and the one directory that the API's file names lead into.
 *
 * <p>Roof. {@link io.mediatool.cli.rooms.Works} is for any thread; each work does its part on its room's loop, opens on a pool beside
 * it and keeps its files there, in order. Each fails alone, with one event.
 */
@NullMarked
package io.mediatool.cli.rooms;

import org.jspecify.annotations.NullMarked;
